/** What every tree of files promises (connectors/files/FileTree.ts): one suite, one case a tree. */
import assert from 'node:assert/strict';
import { type FileTree, moveUnderFreeName } from '../../../connectors/files/FileTree.ts';
import { isStockbusError } from '../../../core/errors.ts';
import { textOf } from '../connector/connectorContract.ts';

/** A tree, and the hand of somebody else in the same place. */
export interface TreeRig {
  tree: FileTree;
  put(path: string, text: string): Promise<void>;
  /** A symbolic link to an existing folder or file that lies outside; says where its content would be. */
  putLink(path: string, to: 'file' | 'folder'): Promise<void>;
  /** Names of what arrived in the folder that such a link leads to. */
  outside(): Promise<string[]>;
  /** False where the tree cannot tell how many names a file has. */
  seesNames?: false;
  /** A second name for a file. */
  hardLink(from: string, to: string): Promise<void>;
  close(): Promise<void>;
}

export function fileTreeContract(name: string, make: () => Promise<TreeRig>): void {
  describe(`file tree contract: ${name}`, () => {
    let rig: TreeRig;
    let tree: FileTree;
    beforeEach(async () => {
      rig = await make();
      tree = rig.tree;
    });
    afterEach(() => rig.close());

    const text = (path: string, offset?: number): Promise<string> =>
      textOf(tree.open(path, offset));
    const bytes = (of: string): Buffer[] => [Buffer.from(of)];
    const inTheWay = (error: unknown): boolean => isStockbusError(error, 'FOLDER_IN_THE_WAY');

    it('lists names of a folder, and knows one that is not there', async () => {
      await rig.put('a.csv', 'a');
      await rig.put('done/b.csv', 'b');
      assert.deepEqual((await tree.list(''))?.sort(), ['a.csv', 'done']);
      assert.deepEqual(await tree.list('done'), ['b.csv']);
      assert.equal(await tree.list('missing'), undefined);
      assert.equal(await tree.list('missing/inner'), undefined);
    });

    it('tells size, kind and names of what is there', async () => {
      await rig.put('a.csv', 'four');
      const { kind, sizeBytes, names, mtimeMs } = (await tree.stat('a.csv'))!;
      assert.deepEqual([kind, sizeBytes, names ?? 1], ['file', 4, 1]);
      assert.ok(mtimeMs > 0);
      assert.equal(await tree.stat('missing'), undefined);
      assert.equal(await tree.stat('missing/inner'), undefined);
      await rig.put('folder/b', '');
      assert.equal((await tree.stat('folder'))?.kind, 'folder');
      await rig.hardLink('a.csv', 'b.csv');
      assert.equal((await tree.stat('b.csv'))?.names, rig.seesNames === false ? undefined : 2);
    });

    it('tells with the names what stat tells, where it can', async () => {
      if (!tree.listWithStats) return;
      await rig.put('a.csv', 'four');
      await rig.put('folder/b', '');
      await rig.putLink('link', 'file');
      const listed = (await tree.listWithStats(''))!;
      const names = ['a.csv', 'folder', 'link'];
      assert.deepEqual([...listed.keys()].sort(), names);
      for (const name of names) assert.deepEqual(listed.get(name), await tree.stat(name));
      assert.equal(await tree.listWithStats('missing'), undefined);
    });

    it('tells a link as one, and neither reads nor follows it', async () => {
      await rig.putLink('a.csv', 'file');
      await rig.putLink('folder', 'folder');
      assert.equal((await tree.stat('a.csv'))?.kind, 'link');
      assert.equal((await tree.stat('folder'))?.kind, 'link');
      await assert.rejects(text('a.csv'), (error) => isStockbusError(error, 'FOLDER_READ_FAILED'));
      await rig.put('mine.csv', 'mine');
      await assert.rejects(tree.move('mine.csv', 'folder/mine.csv'), inTheWay);
      await assert.rejects(tree.claim('mine.csv', 'folder/mine.csv'), inTheWay);
      await assert.rejects(tree.write('folder/x.txt', bytes('x')), inTheWay);
      await assert.rejects(tree.write('folder/deep/x.txt', bytes('x')), inTheWay);
      await assert.rejects(tree.list('folder'), inTheWay);
      assert.deepEqual(await rig.outside(), []);
      assert.equal(await text('mine.csv'), 'mine');
    });

    it('says when a file is where a folder should be', async () => {
      await rig.put('archive', 'a file');
      await rig.put('mine.csv', 'mine');
      await assert.rejects(tree.move('mine.csv', 'archive/mine.csv'), inTheWay);
      await assert.rejects(tree.write('archive/day/mine.csv', bytes('x')), inTheWay);
      assert.equal(await text('archive'), 'a file');
    });

    it('reads from the start, or from an offset', async () => {
      const long = 'x'.repeat(300_000);
      await rig.put('a.csv', `${long}end`);
      assert.equal(await text('a.csv'), `${long}end`);
      assert.equal(await text('a.csv', 300_000), 'end');
      assert.equal(await text('a.csv', 300_003), '');
      await assert.rejects(text('missing'), (e) => isStockbusError(e, 'FOLDER_READ_FAILED'));
    });

    it('claims for one of many', async () => {
      await rig.put('a.csv', 'a');
      const claims = Array.from({ length: 8 }, (_, at) => tree.claim('a.csv', `.claimed/${at}`));
      const taken = (await Promise.all(claims)).filter(Boolean);
      assert.equal(taken.length, 1);
      assert.equal((await tree.list('.claimed'))?.length, 1);
      assert.equal(await tree.stat('a.csv'), undefined);
    });

    it('moves into folders that it makes, and never over another file', async () => {
      await rig.put('a.csv', 'new');
      await rig.put('archive/day/a.csv', 'old');
      assert.equal(await tree.move('a.csv', 'archive/day/a.csv'), 'taken');
      assert.equal(await tree.move('a.csv', 'other/day/a.csv'), 'moved');
      assert.equal(await tree.move('a.csv', 'other/day/a.csv'), 'gone');
      assert.equal(await text('archive/day/a.csv'), 'old');
      assert.equal(await text('other/day/a.csv'), 'new');
    });

    it('ends a move that a crash cut in two', async () => {
      await rig.put('a.csv', 'a');
      await rig.hardLink('a.csv', 'b.csv');
      assert.equal(await tree.move('a.csv', 'b.csv'), 'moved');
      assert.deepEqual(await tree.list(''), ['b.csv']);
    });

    it('moves under the next free name', async () => {
      await rig.put('archive/a.csv', '1');
      for (const number of [2, 3]) {
        await rig.put('a.csv', String(number));
        const path = await moveUnderFreeName(tree, 'a.csv', 'archive', 'a.csv');
        assert.equal(path, `archive/a-${number}.csv`);
      }
      assert.equal(await moveUnderFreeName(tree, 'a.csv', 'archive', 'a.csv'), undefined);
    });

    it('writes whole files, instead of what was there', async () => {
      await tree.write('deep/er/a.txt', bytes('one'));
      await tree.write('deep/er/a.txt', bytes('two'));
      assert.equal(await text('deep/er/a.txt'), 'two');
      assert.deepEqual(await tree.list('deep/er'), ['a.txt']);
    });

    it('leaves nothing of a file whose content fails', async () => {
      const content = (async function* () {
        yield Buffer.from('half');
        throw new Error('the sender went away');
      })();
      await assert.rejects(tree.write('a.txt', content), /the sender went away/);
      assert.deepEqual(await tree.list(''), []);
    });

    it('removes what is there', async () => {
      await rig.put('a.txt', 'a');
      assert.equal(await tree.remove('a.txt'), true);
      assert.equal(await tree.remove('a.txt'), false);
      assert.equal(await tree.remove('missing/a.txt'), false);
    });
  });
}
