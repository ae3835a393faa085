/** Writers that pause: nothing of a file is lost, booked cut, or unsaid. */
import assert from 'node:assert/strict';
import type { Payload, Receipt } from '../../../core/ports.ts';
import { receiptOf, textOf } from '../../contract/connector/connectorContract.ts';
import { Inbox, intakeId } from '../../Inbox.ts';

describe('a file whose writer pauses', () => {
  let inbox: Inbox;
  beforeEach(() => {
    inbox = new Inbox();
  });
  afterEach(() => inbox.close());

  /** Takes in what ends with a line end as it is; the rest only once it is whole. */
  const careful = async (payload: Payload): Promise<Receipt> => {
    const text = await textOf(payload.body);
    if (!text.endsWith('\n')) await payload.whole!();
    const { name, intakeId: id } = payload.origin;
    inbox.taken.push({ name, text, intakeId: id });
    return receiptOf(payload);
  };

  it('between two rows is taken in at once, and what comes later as a new intake, with an error', async () => {
    await inbox.open(careful);
    const write = inbox.tree.append('a.csv', '1\n');
    await inbox.time.advance(5_000);
    assert.deepEqual(inbox.texts, ['1\n']);
    assert.deepEqual(inbox.archived, ['a.csv']);
    await inbox.time.advance(20_000);
    write('2\n');
    await inbox.time.advance(100_000);
    assert.deepEqual(inbox.texts, ['1\n', '1\n2\n']);
    assert.notEqual(inbox.taken[0]!.intakeId, inbox.taken[1]!.intakeId);
    const [told, ...more] = inbox.told('folder.file_grew');
    assert.deepEqual(more, []);
    assert.deepEqual(
      [told!.level, told!.file, told!.intakeId, told!.again, told!.readBytes, told!.sizeBytes],
      ['error', 'a.csv', inbox.taken[0]!.intakeId, inbox.taken[1]!.intakeId, 2, 4],
    );
    assert.equal(inbox.counts.get('stockbus_folder_files_total grew'), 1);
    assert.deepEqual(inbox.archived, ['a.csv']);
  });

  it('in a row waits until it has stood still for the time of the second look', async () => {
    await inbox.open(careful);
    const write = inbox.tree.append('a.csv', 'qty;12');
    await inbox.time.advance(30_000);
    assert.deepEqual(inbox.texts, []);
    write('50');
    await inbox.time.advance(59_000);
    assert.deepEqual(inbox.texts, []);
    await inbox.time.advance(9_000);
    assert.deepEqual(inbox.texts, ['qty;1250']);
  });

  it('in a row is taken in soon after the row is written to its end', async () => {
    await inbox.open(careful);
    const write = inbox.tree.append('a.csv', 'qty;12');
    await inbox.time.advance(30_000);
    write('50\n');
    await inbox.time.advance(7_000);
    assert.deepEqual(inbox.texts, ['qty;1250\n']);
    assert.equal(inbox.told('folder.file_grew').length, 1);
  });

  it('is not waited for when its sender renamed it', async () => {
    await inbox.open(careful);
    inbox.tree.append('a.csv.part', 'qty;12');
    await inbox.time.advance(100);
    inbox.tree.rename('a.csv.part', 'a.csv');
    await inbox.time.advance(8_000);
    assert.deepEqual(inbox.texts, ['qty;12']);
  });

  it('before its first byte, after it got its permissions, has not been renamed', async () => {
    await inbox.open(careful);
    const write = inbox.tree.append('a.csv', '');
    await inbox.time.advance(10);
    inbox.tree.rename('a.csv', 'a.csv');
    await inbox.time.advance(30_000);
    assert.deepEqual(inbox.texts, []);
    write('1\n');
    await inbox.time.advance(7_000);
    assert.deepEqual(inbox.texts, ['1\n']);
  });

  it('has not been renamed where it got its permissions: before it was seen, and after', async () => {
    await inbox.open(careful);
    for (const [name, seenMs] of [
      ['a.csv', 0],
      ['b.csv', 500],
    ] as const) {
      const write = inbox.tree.append(name, 'qty;12');
      await inbox.time.advance(seenMs);
      inbox.tree.chmod(name);
      await inbox.time.advance(30_000);
      assert.ok(!inbox.names.includes(name), name);
      write('50\n');
      await inbox.time.advance(10_000);
      assert.equal(inbox.texts.at(-1), 'qty;1250\n', name);
    }
    assert.deepEqual(inbox.names, ['a.csv', 'b.csv']);
  });

  it('is not waited for when its times were set as those of what it was copied from', async () => {
    await inbox.open(careful);
    inbox.tree.append('a.csv', 'qty;12');
    await inbox.time.advance(500);
    inbox.tree.utimes('a.csv', 1);
    await inbox.time.advance(8_000);
    assert.deepEqual(inbox.texts, ['qty;12']);
  });

  it('is not waited for when it was renamed over one that was being written', async () => {
    await inbox.open(careful);
    inbox.tree.append('a.csv', 'qty;1');
    await inbox.time.advance(1_000);
    inbox.tree.append('b.part', 'qty;12');
    await inbox.time.advance(10);
    inbox.tree.rename('b.part', 'a.csv');
    await inbox.time.advance(10_000);
    assert.deepEqual(inbox.texts, ['qty;12']);
  });

  it('keeps its place: what came later waits behind it, and no longer than it must', async () => {
    await inbox.open(careful);
    inbox.tree.append('a.csv', 'open');
    inbox.tree.append('b.csv', 'open too');
    await inbox.time.advance(30_000);
    inbox.tree.append('c.csv', 'closed\n');
    await inbox.time.advance(20_000);
    assert.deepEqual(inbox.texts, []);
    await inbox.time.advance(15_000);
    assert.deepEqual(inbox.texts, ['open', 'open too', 'closed\n']);
  });

  it('while it is being read is read again', async () => {
    const write = inbox.tree.append('a.csv', 'one,');
    let first = true;
    await inbox.open(async (payload) => {
      if (first) write('two');
      first = false;
      return inbox.take(payload);
    });
    await inbox.time.advance(10_000);
    assert.deepEqual(inbox.texts, ['one,two', 'one,two']);
    assert.deepEqual(inbox.archived, ['a.csv']);
  });

  it('is looked at once more after a restart', async () => {
    const source = await inbox.open(careful);
    const write = inbox.tree.append('a.csv', '1\n');
    await inbox.time.advance(5_000);
    const stopped = source.stop();
    await inbox.time.advance(1_000);
    await stopped;
    write('2\n');
    await inbox.time.advance(3_600_000);
    await inbox.open(careful);
    await inbox.time.advance(5_000);
    assert.deepEqual(inbox.texts, ['1\n', '1\n2\n']);
  });

  it('is looked at for as long again when the restart came soon', async () => {
    const source = await inbox.open(careful);
    const write = inbox.tree.append('a.csv', '1\n');
    await inbox.time.advance(5_000);
    const stopped = source.stop();
    await inbox.time.advance(1_000);
    await stopped;
    await inbox.open(careful);
    await inbox.time.advance(30_000);
    write('2\n');
    await inbox.time.advance(60_000);
    assert.deepEqual(inbox.texts, ['1\n', '1\n2\n']);
  });

  it('is forgotten an hour later, and leaves nothing among the claims', async () => {
    await inbox.open(careful);
    inbox.tree.append('a.csv', '1\n');
    await inbox.time.advance(5_000);
    assert.deepEqual(inbox.tree.files('.claimed'), [`${inbox.taken[0]!.intakeId}.look`]);
    await inbox.time.advance(3_500_000);
    assert.equal(inbox.tree.files('.claimed').length, 1);
    await inbox.time.advance(110_000);
    assert.deepEqual(inbox.tree.files('.claimed'), []);
  });

  it('is looked at by one of two hubs', async () => {
    await inbox.open(careful);
    await inbox.open(careful);
    const write = inbox.tree.append('a.csv', '1\n');
    await inbox.time.advance(5_000);
    write('2\n');
    await inbox.time.advance(120_000);
    assert.deepEqual(inbox.texts, ['1\n', '1\n2\n']);
  });

  it('that somebody took out of the archive is nobody’s any more', async () => {
    await inbox.open(careful);
    inbox.tree.append('a.csv', '1\n');
    await inbox.time.advance(5_000);
    const [path] = inbox.tree.files('archive');
    await inbox.tree.remove(`archive/${path}`);
    await inbox.time.advance(61_000);
    assert.deepEqual(inbox.told('folder.file_grew'), []);
    assert.deepEqual(inbox.tree.files('.claimed'), []);
  });

  it('does not keep the hub from stopping, and is taken up again under its id', async () => {
    const source = await inbox.open(careful);
    inbox.tree.append('a.csv', 'open');
    await inbox.time.advance(10_000);
    const stopped = source.stop();
    await inbox.time.advance(100);
    await stopped;
    const [claim] = inbox.tree.files('.claimed');
    assert.match(claim!, /~a\.csv$/);
    await inbox.open(careful);
    await inbox.time.advance(70_000);
    assert.deepEqual(inbox.texts, ['open']);
    assert.equal(claim, `${inbox.taken[0]!.intakeId}~a.csv`);
  });

  it('is archived where there is a note that says so, whenever the hub is killed', async () => {
    await inbox.tree.write(`.claimed/${intakeId(101)}.look`, [Buffer.from('{"name":"a.csv"')]);
    await inbox.tree.write(`.claimed/${intakeId(102)}.look`, [
      Buffer.from('{"name":"b.csv","path":"archive/x/b.csv","sizeBytes":1,"mtimeMs":1}'),
    ]);
    inbox.tree.append(`.claimed/${intakeId(102)}~b.csv`, 'b\n');
    inbox.tree.append('archive/x/b.csv', 'another that came before\n');
    await inbox.open(careful);
    await inbox.time.advance(3_700_000);
    assert.deepEqual(inbox.texts, ['b\n']);
    assert.deepEqual(inbox.told('folder.file_grew'), []);
    assert.deepEqual(inbox.tree.files('.claimed'), []);
  });
});

describe('a marker file', () => {
  let inbox: Inbox;
  beforeEach(async () => {
    inbox = new Inbox();
    await inbox.open(
      async (payload) => {
        await payload.whole!();
        return inbox.take(payload);
      },
      { pattern: '*', ready: '{name}.done' },
    );
  });
  afterEach(() => inbox.close());

  it('lets its file in at once, and goes with it', async () => {
    inbox.tree.append('a.csv', 'open');
    await inbox.time.advance(600_000);
    assert.deepEqual(inbox.names, []);
    inbox.tree.append('a.csv.done', '');
    await inbox.time.advance(6_000);
    assert.deepEqual(inbox.texts, ['open']);
    assert.equal(await inbox.tree.stat('a.csv.done'), undefined);
  });

  it('that is older than the file was for another', async () => {
    inbox.tree.append('a.csv.done', '');
    await inbox.time.advance(1_000);
    inbox.tree.append('a.csv', 'open');
    await inbox.time.advance(10_000);
    assert.deepEqual(inbox.names, []);
    inbox.tree.append('a.csv.done', '');
    await inbox.time.advance(10_000);
    assert.deepEqual(inbox.names, ['a.csv']);
  });
});
