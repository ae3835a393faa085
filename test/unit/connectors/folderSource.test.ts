/** The folder connector on a real disk: what only that can show. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileFrom } from '../../../connectors/files/fileFrom.ts';
import { folder } from '../../../connectors/folder.ts';
import { isStockbusError } from '../../../core/errors.ts';
import type { Accept, Source } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { receiptOf, textOf, until } from '../../contract/connector/connectorContract.ts';

const defaults: FileFrom = {
  pattern: '*',
  ready: undefined,
  settle: 30,
  recheck: 60_000,
  rescan: 60,
  archive: 'archive',
};

describe('folder source', () => {
  let root: string;
  let path: string;
  let sources: Source[];
  let events: { event: string; file?: unknown; why?: unknown }[];
  let names: string[];

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'stockbus-'));
    path = join(root, 'in');
    sources = [];
    events = [];
    names = [];
  });

  afterEach(async () => {
    await Promise.all(sources.map((source) => source.stop()));
    await rm(root, { recursive: true, force: true });
  });

  const take: Accept = async (payload) => {
    await textOf(payload.body);
    await payload.whole?.();
    names.push(payload.origin.name);
    return receiptOf(payload);
  };

  const open = async (from: Partial<FileFrom> = {}, others: FileFrom[] = []): Promise<Source> => {
    const log = (_level: string, event: string, fields = {}) => events.push({ event, ...fields });
    const runtime = { ...systemRuntime(log), random: () => 0 };
    const own = { ...defaults, ...from };
    const uses = [own, ...others].map((one) => ({ config: { path }, from: one }));
    const about = { name: 'inbox', flow: 'receipts', runtime, uses };
    const source = folder.source!({ path }, own, about);
    sources.push(source);
    await source.start(take);
    return source;
  };

  const happened = (event: string) => events.filter((one) => one.event === event);

  /** As a sender does that is done with a file. */
  const drop = async (name: string, text = name): Promise<void> => {
    await mkdir(path, { recursive: true });
    const part = join(path, `${name}.part`);
    await writeFile(part, text);
    await utimes(part, 1, 1);
    await rename(part, join(path, name));
  };

  it('takes in at once, without an end of its last line, what was renamed when it was complete', async () => {
    await open();
    await drop('a.csv', 'no end');
    await until(() => names.length === 1);
  });

  it('shares a folder between flows with patterns of their own', async () => {
    const sales = { ...defaults, pattern: 'sales-*.csv' };
    await open({ pattern: 'receipts-*.csv' }, [sales]);
    await drop('receipts-1.csv');
    await drop('sales-1.csv');
    await drop('sale-2.csv');
    await until(() => happened('folder.file_unwanted').length > 0);
    await until(() => names.length === 1);
    assert.deepEqual(names, ['receipts-1.csv']);
    assert.deepEqual(
      happened('folder.file_unwanted').map(({ file, why }) => [file, why]),
      [['sale-2.csv', "no flow's pattern matches; the nearest is 'sales-*.csv'"]],
    );
  });

  it('follows no folder of its own that somebody made a link, and takes the next file in', async () => {
    await mkdir(join(root, 'elsewhere'));
    await mkdir(path);
    await symlink(join(root, 'elsewhere'), join(path, 'archive'));
    await open();
    await drop('a.csv');
    await drop('b.csv');
    await until(() => names.length === 2);
    await until(() => happened('folder.move_failed').length === 1);
    assert.deepEqual(await readdir(join(root, 'elsewhere')), []);
    await rm(join(path, 'archive'));
    await until(async () => {
      const [day] = await readdir(join(path, 'archive')).catch(() => []);
      return day !== undefined && (await readdir(join(path, 'archive', day))).length === 2;
    });
    assert.deepEqual(names.toSorted(), ['a.csv', 'b.csv']);
  });

  it('does not start where somebody made its claims a link', async () => {
    await mkdir(join(root, 'elsewhere'));
    await mkdir(path);
    await symlink(join(root, 'elsewhere'), join(path, '.claimed'));
    await assert.rejects(open(), (error) => isStockbusError(error, 'FOLDER_UNUSABLE'));
    assert.deepEqual(await readdir(join(root, 'elsewhere')), []);
    assert.deepEqual(await readdir(path), ['.claimed']);
  });

  it('reads no file that has another name elsewhere, and waits for no pipe', async () => {
    await mkdir(path);
    await writeFile(join(root, 'secret'), 'SECRET=hunter2');
    await link(join(root, 'secret'), join(path, 'a.csv'));
    execFileSync('mkfifo', [join(path, 'pipe.csv')]);
    await open();
    await until(async () => (await readdir(path)).includes('failed'));
    const reason = join(path, 'failed', 'a.csv.error.txt');
    await until(async () => (await readFile(reason, 'utf8').catch(() => '')) !== '');
    assert.match(await readFile(reason, 'utf8'), /FILE_LINKED/);
    assert.deepEqual(names, []);
    assert.deepEqual(
      happened('folder.file_unwanted').map(({ file }) => file),
      ['pipe.csv'],
    );
  });

  it('says what is wrong when it cannot make its folder', async () => {
    await writeFile(join(root, 'file'), '');
    path = join(root, 'file', 'inbox');
    await assert.rejects(open(), (error) => isStockbusError(error, 'FOLDER_MISSING'));
    path = join(root, 'file');
    await assert.rejects(open(), (error) => isStockbusError(error, 'FOLDER_UNUSABLE'));
  });

  it('takes files from a folder that was removed and made anew', async () => {
    await open();
    await rm(path, { recursive: true });
    await until(() => happened('folder.unreadable').length === 1);
    await drop('a.csv');
    await until(() => names.length === 1);
    assert.equal(happened('folder.readable_again').length, 1);
  });

  it('leaves a name alone that is no UTF-8, and says so', async () => {
    await mkdir(path);
    await writeFile(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xe4, 0x2e, 0x63])]), 'x');
    await open();
    await until(() => happened('folder.file_refused').length === 1);
  });
});
