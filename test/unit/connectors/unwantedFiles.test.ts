import assert from 'node:assert/strict';
import { fileGlob } from '../../../connectors/files/fileGlob.ts';
import { readyMarker } from '../../../connectors/files/readyMarker.ts';
import { Inbox } from '../../Inbox.ts';

const GAUGE = 'stockbus_folder_unwanted_files';
const folders = ['archive', 'rejected', 'failed', 'second-inbox'];
const wants = (pattern: string, ready?: string) => ({
  glob: fileGlob(pattern),
  marker: ready === undefined ? undefined : readyMarker(ready),
  folders,
});

describe('files that nobody wants', () => {
  let inbox: Inbox;
  beforeEach(() => {
    inbox = new Inbox();
  });
  afterEach(() => inbox.close());

  const told = (): string[] =>
    inbox.told('folder.file_unwanted').map(({ file, why }) => `${file}: ${why}`);

  it('are told once each, with what keeps them out, and counted', async () => {
    for (const name of ['RECEIPTS-1.CSV', 'receipts-2.csv.txt', 'sale-1.csv', 'receipts-1.csv']) {
      inbox.tree.append(name, '');
    }
    inbox.tree.put('receipts-3.csv', 'link');
    inbox.tree.put('receipts-4.csv', 'other');
    inbox.tree.append('sub/receipts-5.csv', '');
    inbox.tree.append('second-inbox/x.csv', '');
    const wanted = [wants('receipts-*.csv'), wants('sales-*.csv')];
    await inbox.open(inbox.take, { pattern: 'receipts-*.csv' }, wanted);
    await inbox.time.advance(600_000);
    assert.deepEqual(told().toSorted(), [
      "RECEIPTS-1.CSV: it matches 'receipts-*.csv' only if case is ignored",
      "receipts-2.csv.txt: no flow's pattern matches; the nearest is 'receipts-*.csv'",
      'receipts-3.csv: it is a symbolic link, and none is followed',
      'receipts-4.csv: it is no plain file',
      "sale-1.csv: no flow's pattern matches; the nearest is 'sales-*.csv'",
      'sub: it is a folder, and those inside are not looked through',
    ]);
    assert.equal(inbox.gauges.get(GAUGE), 6);
    await inbox.tree.remove('sale-1.csv');
    await inbox.time.advance(10_000);
    assert.equal(inbox.gauges.get(GAUGE), 5);
    inbox.tree.append('sale-1.csv', '');
    await inbox.time.advance(10_000);
    assert.equal(told().length, 7);
  });

  it('get time when they may yet be wanted', async () => {
    inbox.tree.append('.hidden.csv', '');
    inbox.tree.append('big.csv.part', '');
    const wanted = [wants('*.csv')];
    await inbox.open(inbox.take, { pattern: '*.csv' }, wanted);
    await inbox.time.advance(50_000);
    assert.deepEqual(told(), []);
    inbox.tree.rename('big.csv.part', 'big.csv');
    await inbox.time.advance(50_000);
    assert.deepEqual(told(), ['.hidden.csv: its name says that it is hidden or not finished']);
    assert.deepEqual(inbox.names, ['big.csv']);
  });

  it('are also files without their markers, and markers without their files', async () => {
    inbox.tree.append('a.csv', '');
    inbox.tree.append('b.csv.done', '');
    inbox.tree.append('c.csv.done', '');
    await inbox.time.advance(1);
    inbox.tree.append('c.csv', '');
    const options = { pattern: '*', ready: '{name}.done' };
    await inbox.open(inbox.take, options, [wants('*', '{name}.done')]);
    await inbox.time.advance(100_000);
    assert.deepEqual(told().toSorted(), [
      "a.csv: it waits for 'a.csv.done'",
      "b.csv.done: there is no file 'b.csv'",
      'c.csv.done: its file is newer than itself',
    ]);
  });

  it('are told by their number when they are many', async () => {
    for (let index = 0; index < 100; index += 1) inbox.tree.append(`${index}.txt`, '');
    await inbox.open(inbox.take, { pattern: '*.csv' }, [wants('*.csv')]);
    await inbox.time.advance(100_000);
    assert.equal(told().length, 21);
    assert.ok(told().includes('80 more: no flow takes them in either'));
    assert.equal(inbox.gauges.get(GAUGE), 100);
  });

  it('are none of the hub’s own', async () => {
    inbox.tree.append('a.csv', '');
    await inbox.open(inbox.take, { pattern: '*.csv' }, [wants('*.csv')]);
    await inbox.time.advance(100_000);
    assert.deepEqual(told(), []);
    assert.equal(inbox.gauges.get(GAUGE), 0);
  });
});
