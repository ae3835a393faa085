import assert from 'node:assert/strict';
import {
  link,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LocalTree } from '../../../connectors/folder/LocalTree.ts';
import { sftpTree } from '../../../connectors/sftp/sftpSource.ts';
import { isStockbusError } from '../../../core/errors.ts';
import { systemRuntime, systemTime } from '../../../core/runtime.ts';
import { MemoryTree } from '../../MemoryTree.ts';
import { SftpServer } from '../../SftpServer.ts';
import { fileTreeContract, type TreeRig } from './fileTreeContract.ts';

fileTreeContract('memory', async (): Promise<TreeRig> => {
  const tree = new MemoryTree(systemTime);
  await tree.write('x', []);
  await tree.remove('x');
  return {
    tree,
    put: async (path, text) => {
      await tree.write(path, [Buffer.from(text)]);
    },
    putLink: async (path) => tree.put(path, 'link'),
    outside: async () => [],
    hardLink: async (from, to) => tree.link(from, to),
    close: async () => undefined,
  };
});

async function localRig(): Promise<TreeRig & { path: string }> {
  const root = await mkdtemp(join(tmpdir(), 'stockbus-'));
  const rig = await diskRig(root);
  return { ...rig, tree: new LocalTree(rig.path), close: () => rm(root, { recursive: true }) };
}

/** The hand of somebody else on a disk. */
async function diskRig(root: string): Promise<Omit<TreeRig, 'tree' | 'close'> & { path: string }> {
  const path = join(root, 'in');
  const elsewhere = join(root, 'elsewhere');
  await mkdir(join(elsewhere, 'folder'), { recursive: true });
  await mkdir(path, { recursive: true });
  await writeFile(join(elsewhere, 'file'), 'secret');
  return {
    path,
    put: async (file, text) => {
      await mkdir(dirname(join(path, file)), { recursive: true });
      await writeFile(join(path, file), text);
    },
    putLink: (file, to) => symlink(join(elsewhere, to), join(path, file)),
    outside: () => readdir(join(elsewhere, 'folder')),
    hardLink: (from, to) => link(join(path, from), join(path, to)),
  };
}

fileTreeContract('local', localRig);

describe('over SFTP', () => {
  let server: SftpServer;
  before(async () => {
    server = await SftpServer.start();
  });
  after(() => server.stop());

  fileTreeContract('sftp', async (): Promise<TreeRig> => {
    const rig = await diskRig(await mkdtemp(join(server.root, 'tree-')));
    const tree = sftpTree({ ...server.config, path: rig.path }, 'drop', systemRuntime());
    return { ...rig, tree, seesNames: false, close: () => tree.close() };
  });
});

describe('a local tree', () => {
  it('makes what the umask of the process leaves', async () => {
    const rig = await localRig();
    const usual = process.umask(0o077);
    try {
      await rig.tree.write('mine/a.txt', []);
      const modeOf = async (path: string): Promise<number> =>
        (await stat(join(rig.path, path))).mode & 0o777;
      assert.deepEqual([await modeOf('mine'), await modeOf('mine/a.txt')], [0o700, 0o600]);
    } finally {
      process.umask(usual);
      await rig.close();
    }
  });

  it('keeps to the folder that it found when a link takes its place meanwhile', async () => {
    const rig = await localRig();
    try {
      await rig.put('archive/old.csv', '');
      const content = (async function* () {
        await rename(join(rig.path, 'archive'), join(rig.path, 'moved'));
        await rig.putLink('archive', 'folder');
        yield Buffer.from('mine');
      })();
      await rig.tree.write('archive/new.csv', content).catch(() => undefined);
      assert.deepEqual(await rig.outside(), []);
    } finally {
      await rig.close();
    }
  });

  it('climbs out of no folder', async () => {
    const rig = await localRig();
    try {
      await assert.rejects(rig.tree.list('..'), /is no path/);
      await assert.rejects(rig.tree.write('a/../../b', []), /is no path/);
    } finally {
      await rig.close();
    }
  });

  it('says that the folder itself cannot be made', async () => {
    const rig = await localRig();
    try {
      await rig.put('file', '');
      const inside = new LocalTree(join(rig.path, 'file', 'inbox'));
      await assert.rejects(inside.write('x', []), (e) => isStockbusError(e, 'FOLDER_MISSING'));
    } finally {
      await rig.close();
    }
  });
});
