import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileSink } from '../../../connectors/files/FileSink.ts';
import { LocalTree } from '../../../connectors/folder/LocalTree.ts';
import { folder } from '../../../connectors/folder.ts';
import type { Sink } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { outgoing } from '../../contract/connector/connectorContract.ts';
import { until } from '../../hubRun.ts';

const JOURNAL = '.stockbus-sent-stock-out';
const page = (...intents: object[]): string => JSON.stringify({ v: 1, intents });
const now = () => Date.UTC(2026, 2, 31, 18, 5, 9);

describe('folder sink', () => {
  let path: string;

  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'stockbus-'));
  });

  afterEach(() => rm(path, { recursive: true }));

  /** A new process over the same folder. */
  const open = (name = 'stock-{seq}.csv'): Sink => {
    const runtime = { ...systemRuntime(), now };
    return folder.sink!({ path }, { name }, { name: 'outbox', flow: 'stock-out', runtime });
  };

  const note = async (folder: string, page: string): Promise<void> => {
    await mkdir(join(path, folder), { recursive: true });
    await writeFile(join(path, folder, 'page.json'), page);
  };

  const visible = async (): Promise<string[]> =>
    (await readdir(path)).filter((name) => !name.startsWith('.')).sort();

  const parts = async (): Promise<string[]> =>
    (await readdir(path)).filter((name) => name.endsWith('.part'));

  it('names files by date, number, flow, id and extension', async () => {
    const sink = open('{flow}_{date:yyyyMMdd-HHmmss}_{seq:3}_{id}.{extension}');
    await sink.send(outgoing('m1', 'x'));
    await sink.send(outgoing('../m 2', 'x'));
    const [first, second] = await visible();
    assert.equal(first, 'stock-out_20260331-180509_001_m1.csv');
    assert.match(second!, /^stock-out_20260331-180509_002_\.\._m_2-[0-9a-f]{8}\.csv$/);
  });

  it('counts on after a restart, also when the files were taken away', async () => {
    await open().send(outgoing('m1', 'x'));
    await rm(join(path, 'stock-1.csv'));
    await open().send(outgoing('m2', 'x'));
    assert.deepEqual(await visible(), ['stock-2.csv']);
  });

  it('never overwrites', async () => {
    await writeFile(join(path, 'stock-1.csv'), 'theirs');
    await writeFile(join(path, 'daily.csv'), 'theirs');
    await open().send(outgoing('m1', 'ours'));
    await open('daily.csv').send(outgoing('m2', 'ours'));
    assert.deepEqual(await visible(), ['daily-2.csv', 'daily.csv', 'stock-1.csv', 'stock-2.csv']);
    assert.equal(await readFile(join(path, 'stock-1.csv'), 'utf8'), 'theirs');
  });

  it('does not write again what a reader has already taken away', async () => {
    await open().send(outgoing('m1', 'x'));
    await rm(join(path, 'stock-1.csv'));
    await open().send(outgoing('m1', 'x'));
    assert.deepEqual(await visible(), []);
  });

  it('finishes an attempt that ended before the file got its name', async () => {
    const part = '.stockbus-0123456789abcdef-00000000-0000-4000-8000-000000000000.part';
    await writeFile(join(path, part), 'complete');
    const intent = { id: 'm1', seq: 7, name: 'stock-7.csv', part };
    await note(JOURNAL, page(intent));
    await open().send(outgoing('m1', 'complete'));
    assert.deepEqual(await visible(), ['stock-7.csv']);
    assert.deepEqual(await parts(), []);
    await open().send(outgoing('m2', 'next'));
    assert.deepEqual(await visible(), ['stock-7.csv', 'stock-8.csv']);
  });

  it('finishes such an attempt also after days, and removes only what no journal names', async () => {
    const old = new Date(now() - 3 * 24 * 3_600_000);
    const drop = async (digit: string): Promise<string> => {
      const part = `.stockbus-${digit.repeat(16)}-00000000-0000-4000-8000-000000000000.part`;
      await writeFile(join(path, part), 'complete');
      await utimes(join(path, part), old, old);
      return part;
    };
    const intent = { id: 'm1', seq: 7, name: 'stock-7.csv', part: await drop('1') };
    await note(JOURNAL, page(intent));
    const theirs = { ...intent, id: 'm9', part: await drop('2') };
    await note('.stockbus-sent-other', page(theirs));
    await drop('3');
    await open().send(outgoing('m1', 'complete'));
    assert.deepEqual(await visible(), ['stock-7.csv']);
    assert.deepEqual(await parts(), [theirs.part]);
  });

  it('guesses at no page of another version', async () => {
    await note(JOURNAL, page().replace('1', '2'));
    await assert.rejects(open().send(outgoing('m1', 'x')), { code: 'FORMAT_UNKNOWN' });
    assert.deepEqual(await visible(), []);
  });

  it('survives a page of the journal that is none', async () => {
    await open().send(outgoing('m1', 'x'));
    await note(JOURNAL, '[{"id":"m2","se');
    await open().send(outgoing('m1', 'x'));
    await open().send(outgoing('m2', 'y'));
    await open().send(outgoing('m2', 'y'));
    assert.deepEqual(await visible(), ['stock-1.csv', 'stock-2.csv']);
  });

  it('leaves nothing behind when the content fails half-way', async () => {
    const body = (async function* () {
      yield Buffer.from('half');
      throw new Error('the disk of the sender');
    })();
    await assert.rejects(open().send({ ...outgoing('m1', ''), body }), /the disk of the sender/);
    assert.deepEqual(await visible(), []);
    assert.deepEqual(await parts(), []);
  });

  it('writes several at once, and names them in their order', async () => {
    const sink = open();
    const whole = Promise.withResolvers<void>();
    const body = (async function* () {
      yield Buffer.from('m1');
      await whole.promise;
    })();
    const broken = (async function* () {
      yield Buffer.from('half');
      throw new Error('the disk of the sender');
    })();
    const sent = [
      sink.send({ ...outgoing('m1', ''), body }),
      sink.send({ ...outgoing('m2', ''), body: broken }),
      ...['m3', 'm4', 'm3'].map((id) => sink.send(outgoing(id, id))),
    ];
    await until('two that are complete', async () => (await parts()).length >= 2);
    assert.deepEqual(await visible(), []);
    whole.resolve();
    const outcomes = (await Promise.allSettled(sent)).map(({ status }) => status);
    assert.deepEqual(outcomes.indexOf('rejected'), outcomes.lastIndexOf('rejected'));
    assert.equal(outcomes[1], 'rejected');
    const texts = (await visible()).map((name) => readFile(join(path, name), 'utf8'));
    assert.deepEqual(await Promise.all(texts), ['m1', 'm3', 'm4']);
    assert.deepEqual(await visible(), ['stock-1.csv', 'stock-2.csv', 'stock-3.csv']);
    assert.deepEqual(await parts(), []);
  });

  it('names nothing that was sent after what failed, and each once when all is sent again', async () => {
    const tree = new LocalTree(path);
    const move = tree.move.bind(tree);
    let isAway = true;
    tree.move = async (from, to, survives) => {
      if (isAway && to === 'stock-2.csv') throw new Error('the server is away');
      return move(from, to, survives);
    };
    const sink = new FileSink(tree, 'stock-{seq}.csv', {
      flow: 'stock-out',
      runtime: systemRuntime(),
    });
    const ids = ['m1', 'm2', 'm3', 'm4'];
    const sendAll = () => Promise.allSettled(ids.map((id) => sink.send(outgoing(id, id))));
    const failed = (await sendAll()).map(({ status }) => status);
    assert.deepEqual(failed, ['fulfilled', 'rejected', 'rejected', 'rejected']);
    assert.deepEqual(await visible(), ['stock-1.csv']);
    isAway = false;
    await sendAll();
    const texts = (await visible()).map((name) => readFile(join(path, name), 'utf8'));
    assert.deepEqual(await Promise.all(texts), ids);
    assert.deepEqual(await parts(), []);
  });

  it('joins many pages of its journal, and remembers them all', async () => {
    const sink = open();
    for (let number = 1; number <= 120; number += 1) await sink.send(outgoing(`m${number}`, 'x'));
    assert.ok((await readdir(join(path, JOURNAL))).length < 40);
    await open().send(outgoing('m1', 'x'));
    await open().send(outgoing('new', 'x'));
    assert.equal((await visible()).length, 121);
    assert.ok((await visible()).includes('stock-121.csv'));
  });
});
