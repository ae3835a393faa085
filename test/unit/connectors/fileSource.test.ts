import assert from 'node:assert/strict';
import { FileArchive } from '../../../connectors/files/FileArchive.ts';
import { StockbusError } from '../../../core/errors.ts';
import type { Payload, Receipt } from '../../../core/ports.ts';
import { receiptOf, textOf } from '../../contract/connector/connectorContract.ts';
import { defaults, Inbox, intakeId } from '../../Inbox.ts';

describe('a source of files', () => {
  let inbox: Inbox;
  beforeEach(() => {
    inbox = new Inbox();
  });
  afterEach(() => inbox.close());

  it('takes files in the order of their change, then of their names', async () => {
    inbox.tree.append('c.csv', 'c');
    await inbox.time.advance(10);
    inbox.tree.append('b.csv', 'b');
    inbox.tree.append('a.csv', 'a');
    await inbox.open();
    await inbox.time.advance(5_000);
    assert.deepEqual(inbox.names, ['c.csv', 'a.csv', 'b.csv']);
  });

  it('takes a file once it stood still for the settle time, and not before', async () => {
    await inbox.open();
    const write = inbox.tree.append('slow.csv', '0;');
    for (let line = 1; line < 6; line += 1) {
      await inbox.time.advance(1_900);
      write(`${line};`);
    }
    await inbox.time.advance(1_900);
    assert.deepEqual(inbox.texts, []);
    await inbox.time.advance(5_000);
    assert.deepEqual(inbox.texts, ['0;1;2;3;4;5;']);
  });

  it('leaves hidden and unfinished files, folders, links and what is no plain file alone', async () => {
    for (const name of ['.hidden.csv', 'a.csv.tmp', 'b.csv.part', 'c.filepart', 'd.crdownload']) {
      inbox.tree.append(name, name);
    }
    inbox.tree.put('link.csv', 'link');
    inbox.tree.put('folder.csv', 'folder');
    inbox.tree.put('pipe.csv', 'other');
    inbox.tree.append('last.csv', '');
    await inbox.open(inbox.take, { pattern: '*.{csv,tmp,part,filepart,crdownload}' });
    await inbox.time.advance(10_000);
    assert.deepEqual(inbox.names, ['last.csv']);
  });

  it('archives a second file of the same name beside the first', async () => {
    await inbox.open();
    for (let count = 1; count <= 3; count += 1) {
      inbox.tree.append('same.csv', `file ${count}`);
      await inbox.time.advance(10_000);
    }
    assert.deepEqual(inbox.archived, ['same-2.csv', 'same-3.csv', 'same.csv']);
  });

  it('puts a file with other names aside, for it may be the file of somebody else', async () => {
    inbox.tree.append('elsewhere/secret', 'password');
    inbox.tree.link('elsewhere/secret', 'mine.csv');
    await inbox.open();
    await inbox.time.advance(5_000);
    assert.deepEqual(inbox.taken, []);
    assert.deepEqual(inbox.tree.files('failed'), ['mine.csv', 'mine.csv.error.txt']);
    const reason = inbox.tree.text('failed/mine.csv.error.txt')!;
    assert.match(reason, /FILE_LINKED[\s\S]*'mine\.csv' has 2 names \(hard links\)/);
    assert.doesNotMatch(reason, /password/);
  });

  it('puts a link aside that took the place of a file between look and claim', async () => {
    inbox.tree.append('a.csv', 'a');
    inbox.tree.before = (call, path) => {
      if (call === 'claim' && path === 'a.csv') inbox.tree.put('a.csv', 'link');
    };
    await inbox.open();
    await inbox.time.advance(5_000);
    assert.deepEqual(inbox.taken, []);
    assert.match(inbox.tree.text('failed/a.csv.error.txt')!, /FILE_LINKED/);
    assert.deepEqual(inbox.refused, [`inbox: failed/a.csv ${intakeId(2)} FILE_LINKED not read`]);
  });

  it('puts nothing aside before it is known to wait for a person, and finds it there again', async () => {
    const { refuse } = inbox;
    let isAway = true;
    inbox.refuse = async (...refused) => {
      if (isAway) throw new StockbusError('BROKER_UNREACHABLE', 'away');
      await refuse(...refused);
    };
    const wrong = async (): Promise<never> => {
      throw new StockbusError('XML_SYNTAX', 'no end');
    };
    await inbox.open(wrong, { pattern: '*.csv' });
    inbox.tree.append('a.csv', 'one');
    await inbox.time.advance(60_000);
    assert.deepEqual(inbox.tree.files('failed'), []);
    isAway = false;
    await inbox.time.advance(60_000);
    const [first] = inbox.refused;
    assert.match(first!, /^inbox: failed\/a\.csv \S+ XML_SYNTAX one$/);
    inbox.tree.append('a.csv', 'two');
    await inbox.time.advance(60_000);
    assert.equal(inbox.refused.length, 2);
    const archive = new FileArchive(inbox.tree, { ...defaults, pattern: '*.csv' });
    for (const [index, text] of ['one', 'two'].entries()) {
      const id = inbox.refused[index]!.split(' ')[2]!;
      const origin = { intakeId: id, flow: 'receipts', name: 'a.csv' };
      const file = (await archive.refused(origin))!;
      assert.equal(await textOf(file.body()), text);
      await file.putAway(inbox.time.now());
      assert.equal(await archive.refused({ ...origin, name: 'b.csv' }), undefined);
    }
    assert.deepEqual(inbox.tree.files('failed'), []);
    assert.deepEqual(inbox.archived, ['a-2.csv', 'a.csv']);
  });

  describe('of a tree that answers slowly', () => {
    const names = ['a.csv', 'b.csv', 'c.csv', 'd.csv', 'e.csv', 'f.csv'];
    const isClaim = (path: string): boolean => path.startsWith('.claimed/');

    it('claims and reads ahead, and offers as many at a time in order', async () => {
      for (const name of names) inbox.tree.append(name, name);
      const { promise, resolve } = Promise.withResolvers<void>();
      let atOnce = 0;
      const accept = async (payload: Payload): Promise<Receipt> => {
        atOnce += 1;
        assert.ok(atOnce <= 3);
        await promise;
        const receipt = await inbox.take(payload);
        atOnce -= 1;
        return receipt;
      };
      await inbox.open(accept, { ahead: 3 });
      await inbox.time.advance(5_000);
      assert.deepEqual([atOnce, inbox.tree.files('.claimed').length], [3, 6]);
      inbox.tree.before = (call, path) =>
        assert.ok(call !== 'open' || !/[a-f]\.csv/.test(path), `${path} had been read`);
      resolve();
      await inbox.time.advance(5_000);
      assert.deepEqual(inbox.texts, names);
      assert.deepEqual(inbox.archived, names);
    });

    it('leaves what it had claimed ahead to the next start when it is stopped', async () => {
      for (const name of names) inbox.tree.append(name, name);
      const { promise, resolve } = Promise.withResolvers<void>();
      const source = await inbox.open(
        async (payload) => {
          await promise;
          return inbox.take(payload);
        },
        { ahead: 3 },
      );
      await inbox.time.advance(5_000);
      const stopped = source.stop();
      resolve();
      await inbox.time.advance(1_000);
      await stopped;
      assert.deepEqual(inbox.names, ['a.csv', 'b.csv', 'c.csv']);
      await inbox.open(inbox.take, { ahead: 3 });
      await inbox.time.advance(5_000);
      assert.deepEqual(inbox.names.toSorted(), names);
      assert.deepEqual(inbox.archived, names);
    });

    it('finds a claim whose answer was lost, and takes the file in', async () => {
      let lost = 0;
      inbox.tree.before = (call, path) => {
        if (call !== 'stat' || !isClaim(path) || lost > 0) return;
        lost += 1;
        throw new StockbusError('FOLDER_READ_FAILED', 'the connection broke');
      };
      for (const name of names) inbox.tree.append(name, name);
      await inbox.open(inbox.take, { ahead: 3 });
      await inbox.time.advance(20_000);
      assert.equal(lost, 1);
      assert.deepEqual(inbox.names.toSorted(), names);
      assert.deepEqual(inbox.archived, names);
    });

    it('keeps the claims of a hub that ended when the first cannot be looked at', async () => {
      const held = Promise.withResolvers<Receipt>();
      for (const name of names) inbox.tree.append(name, name);
      await inbox.open(() => held.promise, { ahead: 6 });
      await inbox.time.advance(5_000);
      const looks = new Map<string, number>();
      inbox.tree.before = (call, path) => {
        if (call !== 'stat' || !path.endsWith('~a.csv')) return;
        looks.set(path, (looks.get(path) ?? 0) + 1);
        // The first is of the start.
        if (looks.get(path) === 2) throw new StockbusError('FOLDER_READ_FAILED', 'it broke');
      };
      await inbox.open(inbox.take, { ahead: 6 });
      await inbox.time.advance(20_000);
      assert.deepEqual(inbox.names.toSorted(), names);
      assert.deepEqual(inbox.archived, names);
      held.reject(new StockbusError('SHUTTING_DOWN', 'it ends'));
    });

    it('offers a file again, under its id, that could not be put away', async () => {
      let taken = false;
      inbox.tree.before = (call, path) => {
        if (!taken || call !== 'stat' || !isClaim(path)) return;
        taken = false;
        throw new StockbusError('FOLDER_READ_FAILED', 'the connection broke');
      };
      inbox.tree.append('a.csv', 'a');
      await inbox.open(
        async (payload) => {
          taken = inbox.taken.length === 0;
          return inbox.take(payload);
        },
        { ahead: 3 },
      );
      await inbox.time.advance(20_000);
      assert.deepEqual(inbox.texts, ['a', 'a']);
      assert.equal(inbox.taken[0]!.intakeId, inbox.taken[1]!.intakeId);
      assert.deepEqual(inbox.archived, ['a.csv']);
    });
  });

  describe('whose folders are in the way', () => {
    for (const kind of ['file', 'link'] as const) {
      for (const folder of ['archive', 'rejected', 'failed']) {
        it(`takes in all files while '${folder}' is a ${kind}, says so once, and catches up`, async () => {
          inbox.tree.put(folder, kind);
          const accept = async (payload: Payload): Promise<Receipt> => {
            const receipt = await inbox.take(payload);
            await payload.rejects!.write(Buffer.from('bad row'));
            if (payload.origin.name === 'bad.csv') {
              return { ...receipt, refused: { code: 'XML_SYNTAX', message: 'no end' } };
            }
            return receipt;
          };
          await inbox.open(accept, { pattern: '*.csv' });
          for (const name of ['a.csv', 'bad.csv', 'b.csv']) {
            inbox.tree.append(name, name);
            await inbox.time.advance(5_000);
          }
          await inbox.time.advance(120_000);
          assert.deepEqual(inbox.names, ['a.csv', 'bad.csv', 'b.csv']);
          const told = inbox.told('folder.move_failed');
          assert.deepEqual(
            told.map(({ code, message }) => [code, message]),
            [['FOLDER_IN_THE_WAY', `'${folder}' is no folder, or a link to one`]],
          );
          await inbox.tree.remove(folder);
          await inbox.time.advance(60_000);
          assert.deepEqual(inbox.archived, ['a.csv', 'b.csv']);
          assert.deepEqual(inbox.tree.files('failed'), ['bad.csv', 'bad.csv.error.txt']);
          assert.deepEqual(inbox.names, ['a.csv', 'bad.csv', 'b.csv']);
        });
      }
    }
  });

  it('writes rejects only once the file is taken in, and nothing without rejects', async () => {
    inbox.tree.append('a.csv', 'a');
    inbox.tree.append('clean.csv', 'b');
    let during: string[] = [];
    await inbox.open(async (payload) => {
      if (payload.origin.name === 'a.csv') {
        await payload.rejects!.write(Buffer.from('bad '));
        await payload.rejects!.write(Buffer.from('row'));
        during = inbox.tree.files('rejected').filter((name) => !name.startsWith('.'));
      }
      return receiptOf(payload);
    });
    await inbox.time.advance(5_000);
    assert.deepEqual(during, []);
    assert.deepEqual(inbox.tree.files('rejected'), ['a.rejected.csv']);
    assert.equal(inbox.tree.text('rejected/a.rejected.csv'), 'bad row');
  });

  it('writes rejects from scratch after a failed attempt', async () => {
    let attempt = 0;
    inbox.tree.append('a.csv', 'a');
    await inbox.open(async (payload) => {
      attempt += 1;
      await payload.rejects!.write(Buffer.from(`rejects of attempt ${attempt}`));
      if (attempt === 1) throw new StockbusError('BROKER_UNREACHABLE', 'away');
      return receiptOf(payload);
    });
    await inbox.time.advance(10_000);
    assert.equal(inbox.tree.text('rejected/a.rejected.csv'), 'rejects of attempt 2');
  });

  it('waits with a file whose rejects find no room, and says why', async () => {
    inbox.tree.room = 5;
    inbox.tree.append('a.csv', 'a');
    await inbox.open(async (payload) => {
      for (const row of ['bad 1;', 'bad 2;']) await payload.rejects!.write(Buffer.from(row));
      return receiptOf(payload);
    });
    await inbox.time.advance(5_000);
    assert.deepEqual(inbox.tree.files('failed'), []);
    const [told] = inbox.told('folder.file_retried');
    assert.deepEqual([told?.code, told?.message], ['FOLDER_WRITE_FAILED', 'the disk is full']);
    inbox.tree.room = Infinity;
    await inbox.time.advance(5_000);
    assert.equal(inbox.tree.text('rejected/a.rejected.csv'), 'bad 1;bad 2;');
  });

  it('after a crash, publishes complete rejects and writes half-written ones anew', async () => {
    inbox.tree.append(`.claimed/${intakeId(101)}~again.csv`, 'again');
    await inbox.tree.write(`rejected/.${intakeId(101)}~again.csv.part`, [Buffer.from('half')]);
    await inbox.tree.write(`rejected/.${intakeId(102)}~done.csv.part`, [Buffer.from('complete')]);
    await inbox.open(async (payload) => {
      await payload.rejects!.write(Buffer.from('whole'));
      return receiptOf(payload);
    });
    await inbox.time.advance(5_000);
    assert.deepEqual(inbox.tree.files('rejected'), ['again.rejected.csv', 'done.rejected.csv']);
    assert.equal(inbox.tree.text('rejected/again.rejected.csv'), 'whole');
    assert.equal(inbox.tree.text('rejected/done.rejected.csv'), 'complete');
  });

  it('takes up what a crash left, in the order it was claimed, before anything new', async () => {
    inbox.tree.append(`.claimed/${intakeId(102)}~a.csv`, 'a');
    inbox.tree.append(`.claimed/${intakeId(101)}~b.csv`, 'b');
    inbox.tree.append('new.csv', 'new');
    await inbox.open();
    await inbox.time.advance(5_000);
    assert.deepEqual(inbox.names, ['b.csv', 'a.csv', 'new.csv']);
    assert.equal(inbox.taken[0]!.intakeId, intakeId(101));
  });

  it('gives each file to one of two hubs', async () => {
    const seen: string[] = [];
    const accept = async (payload: Payload): Promise<Receipt> => {
      seen.push(await textOf(payload.body));
      return receiptOf(payload);
    };
    await inbox.open(accept);
    await inbox.open(accept);
    const names = Array.from({ length: 20 }, (_, index) => `f${index}.csv`);
    for (const name of names) inbox.tree.append(name, name);
    await inbox.time.advance(10_000);
    assert.deepEqual(seen.toSorted(), names.toSorted());
  });

  it('goes on with others while a file cannot be read', async () => {
    inbox.tree.append('bad.csv', 'bad');
    inbox.tree.before = (call, path) => {
      if (call === 'open' && path.endsWith('bad.csv')) {
        throw new StockbusError('FOLDER_READ_FAILED', 'I/O error');
      }
    };
    await inbox.open();
    await inbox.time.advance(5_000);
    inbox.tree.append('good.csv', 'good');
    await inbox.time.advance(10_000);
    assert.deepEqual(inbox.names, ['good.csv']);
    inbox.tree.before = () => undefined;
    await inbox.time.advance(60_000);
    assert.deepEqual(inbox.names, ['good.csv', 'bad.csv']);
  });

  it('says once that the folder went away, is at fault meanwhile, and works when it is back', async () => {
    const source = await inbox.open();
    inbox.tree.before = () => {
      throw new StockbusError('FOLDER_READ_FAILED', 'it is not there');
    };
    await inbox.time.advance(30_000);
    assert.equal(source.fault?.code, 'FOLDER_READ_FAILED');
    inbox.tree.before = () => undefined;
    inbox.tree.append('a.csv', 'a');
    await inbox.time.advance(10_000);
    assert.equal(source.fault, undefined);
    assert.deepEqual(inbox.names, ['a.csv']);
    assert.equal(inbox.told('folder.unreadable').length, 1);
    assert.equal(inbox.told('folder.readable_again').length, 1);
  });

  it('refuses names that are too long or no UTF-8, each once', async () => {
    inbox.tree.append(`${'n'.repeat(230)}.csv`, '');
    inbox.tree.append('\ufffd.csv', '');
    inbox.tree.append('short.csv', '');
    await inbox.open();
    await inbox.time.advance(30_000);
    assert.deepEqual(inbox.names, ['short.csv']);
    assert.equal(inbox.told('folder.file_refused').length, 2);
  });

  it('holds the files behind one that the broker does not take', async () => {
    let away = true;
    inbox.tree.append('a.csv', 'a');
    await inbox.open(async (payload) => {
      if (away) throw new StockbusError('BROKER_UNREACHABLE', 'away');
      return inbox.take(payload);
    });
    await inbox.time.advance(5_000);
    inbox.tree.append('b.csv', 'b');
    await inbox.time.advance(60_000);
    assert.deepEqual(inbox.names, []);
    away = false;
    await inbox.time.advance(60_000);
    assert.deepEqual(inbox.names, ['a.csv', 'b.csv']);
  });

  it('offers small files side by side, so many and so much of them, and a large one alone', async () => {
    const kilobytes = (size: number): string => 'x'.repeat(size * 1024);
    for (let file = 0; file < 70; file += 1) inbox.tree.append(`a${file}.csv`, 'a');
    inbox.tree.append('b.csv', kilobytes(65));
    for (let file = 0; file < 20; file += 1) inbox.tree.append(`c${file}.csv`, kilobytes(60));
    const inHand = new Set<string>();
    const most = new Map<string, number>();
    await inbox.open(async (payload) => {
      const { name } = payload.origin;
      inHand.add(name);
      for (const kind of new Set(Array.from(inHand, ([first]) => first!)))
        most.set(kind, Math.max(most.get(kind) ?? 0, inHand.size));
      await inbox.time.sleep(10);
      inHand.delete(name);
      return inbox.take(payload);
    });
    await inbox.time.advance(20_000);
    assert.deepEqual(Object.fromEntries(most), { a: 64, b: 1, c: 17 });
    assert.equal(inbox.archived.length, 91);
  });

  it('holds those behind one that fails, whether they were offered or not, and archives those before it', async () => {
    let away = true;
    const [published, again] = [[] as string[], [] as string[]];
    // As intake does it: all is ready before it is the payload's turn.
    const accept = async (payload: Payload): Promise<Receipt> => {
      const receipt = await inbox.take(payload);
      await payload.inLine?.turn();
      if (payload.origin.name === 'b.csv' && away)
        throw new StockbusError('BROKER_UNREACHABLE', 'away');
      published.push(payload.origin.name);
      if (payload.redelivered) again.push(payload.origin.name);
      payload.inLine?.passed();
      await inbox.time.sleep(1);
      return receipt;
    };
    for (const name of ['a.csv', 'b.csv', 'c.csv', 'd.csv']) inbox.tree.append(name, name);
    await inbox.open(accept);
    await inbox.time.advance(30_000);
    inbox.tree.append('e.csv', 'e.csv');
    await inbox.time.advance(30_000);
    assert.deepEqual([published, inbox.archived], [['a.csv'], ['a.csv']]);
    const told = inbox.told('folder.file_retried').map(({ file, code }) => `${file} ${code}`);
    assert.ok(told.length > 2);
    assert.deepEqual([...new Set(told)], ['b.csv BROKER_UNREACHABLE']);
    away = false;
    await inbox.time.advance(60_000);
    assert.deepEqual(published, ['a.csv', 'b.csv', 'c.csv', 'd.csv', 'e.csv']);
    assert.deepEqual(inbox.archived, published);
    assert.deepEqual(again, ['b.csv', 'c.csv']);
  });

  it('lets those behind pass one that is refused, unreadable or written to again', async () => {
    const published: string[] = [];
    const accept = async (payload: Payload): Promise<Receipt> => {
      const { name } = payload.origin;
      if (name === 'a.csv') throw new StockbusError('XML_SYNTAX', 'no end');
      if (name === 'b.csv' && !published.includes('d.csv'))
        throw new StockbusError('FOLDER_READ_FAILED', 'no right to');
      if (name === 'c.csv' && !published.includes('d.csv'))
        throw new StockbusError('PAYLOAD_GREW', 'there is more');
      const receipt = await inbox.take(payload);
      await payload.inLine?.turn();
      published.push(name);
      return receipt;
    };
    for (const name of ['a.csv', 'b.csv', 'c.csv', 'd.csv']) inbox.tree.append(name, name);
    await inbox.open(accept, { pattern: '*.csv' });
    await inbox.time.advance(60_000);
    assert.equal(published[0], 'd.csv');
    assert.deepEqual(published.toSorted(), ['b.csv', 'c.csv', 'd.csv']);
    assert.deepEqual(inbox.tree.files('failed'), ['a.csv', 'a.csv.error.txt']);
  });
});
