import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folder } from '../../../connectors/folder.ts';
import { codes } from '../../../core/errors.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { connectorContract, type SinkRig, type SourceRig } from './connectorContract.ts';

const runtime = { ...systemRuntime(), random: () => 0 };

async function sourceRig(): Promise<SourceRig> {
  const path = await mkdtemp(join(tmpdir(), 'stockbus-'));
  const from = {
    pattern: '*.csv',
    ready: undefined,
    settle: 30,
    recheck: 60_000,
    rescan: 100,
    archive: 'archive',
  };
  const filesIn = async (name: string): Promise<string[]> => {
    const entries = await readdir(join(path, name), { recursive: true }).catch(() => []);
    return entries.map((entry) => entry.replace(/^.*[\\/]/, ''));
  };
  return {
    open: () => folder.source!({ path }, from, { name: 'inbox', flow: 'receipts', runtime }),
    arrive: (name, text) => writeFile(join(path, name), text),
    acknowledged: async (name) => (await filesIn('archive')).includes(name),
    putAside: async (name) => {
      if (!(await filesIn('failed')).includes(name)) return undefined;
      return readFile(join(path, 'failed', `${name}.error.txt`), 'utf8');
    },
    offersAtOnce: true,
    troubles: {
      silence: {
        reason: 'a call to a disk takes as long as the system lets it: nobody else ends it',
        holds: async () => !JSON.stringify(folder.config.schema).includes('timeout'),
      },
      // The mount goes away, with what is in hand.
      'breaking off': async () => {
        await rename(path, `${path}-away`);
        return async () => {
          await rm(path, { recursive: true, force: true });
          await rename(`${path}-away`, path);
        };
      },
      garbage: async () => {
        await mkdir(join(path, 'folder.csv'));
        await symlink('/etc/passwd', join(path, 'link.csv'));
        await writeFile(join(path, '.claimed', 'no-claim.csv'), 'x');
        await writeFile(join(path, '.claimed', 'broken.look'), '{');
        return async () => undefined;
      },
    },
    close: () => rm(path, { recursive: true }),
  };
}

async function sinkRig(): Promise<SinkRig> {
  const parent = await mkdtemp(join(tmpdir(), 'stockbus-'));
  const path = join(parent, 'outbox');
  const sink = folder.sink!(
    { path },
    { name: 'stock-{seq:3}.csv' },
    { name: 'outbox', flow: 'stock-out', runtime },
  );
  return {
    sink,
    received: async () => {
      const names = (await readdir(path)).filter((name) => !name.startsWith('.'));
      return Promise.all(names.map((name) => readFile(join(path, name), 'utf8')));
    },
    // A file in the place of the folder: the same as a mount that is away, and no user can write there.
    behave: (how) => (how === 'well' ? rm(path) : writeFile(path, '')),
    close: async () => {
      await sink.close();
      await rm(parent, { recursive: true });
    },
  };
}

connectorContract({
  name: 'folder',
  source: sourceRig,
  sink: sinkRig,
  refusal: {
    reason: 'a disk refuses no file for good: every fault of writing is passing',
    holds: async () => codes.FOLDER_WRITE_FAILED.retryable,
  },
  lookup: {
    reason: 'what lies in files is a table of config/tables',
    holds: async () => folder.lookup === undefined,
  },
});
