import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Db, MongoClient } from 'mongodb';
import { recordedAfter } from '../../../core/commit.ts';
import { formatFault, type StockbusError } from '../../../core/errors.ts';
import type { Store } from '../../../core/ports.ts';
import { findMongod, freePort } from '../../../scripts/servers.ts';
import { notRun, serversCommand } from '../../notRun.ts';
import { allRows, bookReceipt, commitOf, headOf, RECORDED_AT, receiptOf } from './fixtures.ts';
import { standBetween } from './standBetween.ts';
import type { StorePlace } from './storeContract.ts';
import { openAt } from './withStore.ts';

const KILLED = 'test/contract/store/killedInCommit.ts';

export function describeMongodbFaults(place: StorePlace): void {
  describe('faults', function () {
    this.timeout(120_000);

    it('an index that differs is named, with what to do', async () => {
      const address = place.fresh();
      const client = await MongoClient.connect(address);
      await client.db().collection('outbox').createIndex({ topic: 1 }, { name: 'order' });
      await client.close();
      const error = await refusalOf(address);
      equal(error.code, 'STORE_SCHEMA');
      match(formatFault(error.fault), /index 'order' .*\{"topic":1\}.*\{"order":1\}.*drop/);
    });

    it('documents of another version are refused', async () => {
      for (const written of [
        (database: Db) => database.createCollection('heads'),
        (database: Db) =>
          database.collection('schema').insertOne({ _id: 'schema' as never, version: 99 }),
      ]) {
        const address = place.fresh();
        const client = await MongoClient.connect(address);
        await written(client.db());
        await client.close();
        const error = await refusalOf(address);
        equal(error.code, 'STORE_SCHEMA');
        match(
          error.message,
          /documents of version (before \d+|99), this Stockbus reads version \d+/,
        );
      }
    });

    it('a server that does not answer is named, without its password', async () => {
      const port = await freePort();
      const error = await refusalOf(`mongodb://me:secret@127.0.0.1:${port}/stock`);
      equal(error.code, 'STORE_UNREACHABLE');
      match(error.message, new RegExp(`127.0.0.1:${port}/stock`));
      equal(formatFault(error.fault).includes('secret'), false);
    });

    it('an address that is none is refused', async () => {
      await rejects(openAt('mongodb://'), { code: 'CONFIG_BAD_VALUE' });
    });

    it('a primary that steps down is waited for', async () => {
      const address = place.fresh();
      const store = await openAt(address);
      const client = await MongoClient.connect(address);
      for (let number = 0; number < 20; number += 1) {
        if (number === 5) {
          await client
            .db('admin')
            .command({ replSetStepDown: 1, force: true })
            .catch((error: unknown) => ok(error));
        }
        await bookReceipt(store, String(number), ['A', 'B']);
      }
      await client.close();
      await expectReceipts(store, 20);
      await store.close();
    });

    it('one that is killed before it commits is in nobody’s way', async () => {
      const address = place.fresh();
      const store = await openAt(address);
      const killed = spawn(process.execPath, [KILLED, address, 'A'], { stdio: 'inherit' });
      const [, signal] = await once(killed, 'exit');
      equal(signal, 'SIGKILL');
      await bookReceipt(store, 'third', ['A']);
      const rows = await allRows((page) => store.ledger({ sku: 'A' }, page));
      equal(rows.length, 2);
      await store.close();
    });

    describe('a commit whose answer is lost', () => {
      for (const { name, cut } of [
        { name: 'before it reaches the server', cut: 'request' },
        { name: 'after it reached the server', cut: 'answer' },
      ] as const) {
        for (const times of [1, 2, 4, 7]) {
          it(`${name}, ${times} times on end, is written once`, async () => {
            const proxy = await proxyTo(place.fresh());
            const store = await openAt(proxy.address);
            try {
              deepEqual(await store.commit(receiptOf('0', [headOf('A', 0), headOf('B', 0)])), {
                outcome: 'committed',
              });
              proxy.cutCommits(cut, times);
              const next = receiptOf('1', [headOf('A', 1), headOf('B', 1)]);
              deepEqual(await store.commit(next), { outcome: 'committed' });
              ok(proxy.cutsLeft() < times);
              await expectReceipts(store, 2);
              const again = receiptOf('1', [headOf('A', 1), headOf('B', 1)]);
              equal((await store.commit(again)).outcome, 'conflict');
            } finally {
              await store.close();
              proxy.close();
            }
          });
        }

        it(`${name}, of events that went out: they have their numbers once`, async () => {
          const proxy = await proxyTo(place.fresh());
          const store = await openAt(proxy.address);
          try {
            const outbox = ['a', 'b'].map((id) => ({
              ...{ id, topic: 'stock.changed.v1' as const, count: 2, body: '{}' },
            }));
            await store.commit(commitOf({ outbox }));
            proxy.cutCommits(cut, 4);
            await store.outbox(10);
            await store.published(['a', 'b'], RECORDED_AT);
            ok(proxy.cutsLeft() < 4);
            const [{ group } = { group: '' }] = await store.eventGroups();
            const events = await store.events({ group, after: 0 }, 10);
            deepEqual(
              events.map(({ id, number }) => [id, number]),
              [
                ['a', 1],
                ['b', 3],
              ],
            );
            deepEqual(await store.outbox(10), []);
          } finally {
            await store.close();
            proxy.close();
          }
        });
      }
    });

    describeCommitOnItsWay(place);
    describeStandalone();
  });
}

async function expectReceipts(store: Store, receipts: number): Promise<void> {
  const entries = await allRows((page) => store.ledger({}, page));
  deepEqual(
    entries.map(({ sku, seq }) => `${sku}${seq}`),
    ['A', 'B'].flatMap((sku) => Array.from({ length: receipts }, (_, seq) => `${sku}${seq + 1}`)),
  );
  equal((await store.intake('receipts'))?.booked, receipts);
  equal((await store.outbox(1_000)).length, receipts);
}

async function refusalOf(address: string): Promise<StockbusError> {
  const error: unknown = await openAt(address).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error as StockbusError;
}

/** One that the server has, but for the command that ends it. */
function describeCommitOnItsWay(place: StorePlace): void {
  it('what is final ends below a commit that is on its way, and goes on after it', async () => {
    const proxy = await proxyTo(place.fresh());
    const [slow, store] = [await openAt(proxy.address), await openAt(proxy.direct)];
    try {
      await bookReceipt(slow, '0', ['A']);
      const held = proxy.hold('commitTransaction');
      let recorded = '';
      const receipt = receiptOf('1', [headOf('A', 1)]);
      const written = slow.commit((after) => {
        recorded = recordedAfter(after, 0);
        return { ...receipt, recordedAt: recorded };
      });
      const release = await held;
      const before = await store.finalUntil();
      ok(before < recorded);
      // Others go on meanwhile, and what they book is not final before that is.
      await bookReceipt(store, '2', ['B']);
      equal(await store.finalUntil(), before);
      release();
      equal((await written).outcome, 'committed');
      ok((await store.finalUntil()) >= recorded);
    } finally {
      await slow.close();
      await store.close();
      proxy.close();
    }
  });

  it('one goes on whose session somebody removed', async () => {
    const address = place.fresh();
    const store = await openAt(address);
    const client = await MongoClient.connect(address);
    try {
      await bookReceipt(store, '0', ['A']);
      await client
        .db()
        .collection('sessions')
        .deleteMany({ host: { $exists: true } });
      await bookReceipt(store, '1', ['A']);
    } finally {
      await store.close();
      await client.close();
    }
  });

  it('a mark that comes late wipes nothing that a look began before would have seen', async () => {
    const proxy = await proxyTo(place.fresh());
    const [late, store] = [await openAt(proxy.address), await openAt(proxy.direct)];
    try {
      await bookReceipt(store, '0', ['A']);
      const held = proxy.hold('seenFrom');
      const marked = late.mark();
      const release = await held;
      const mark = await store.mark();
      await bookReceipt(store, '1', ['A']);
      release();
      await marked;
      const { version: periodVersion } = await store.period();
      const committed = async (look: object): Promise<string> => {
        const said = { ...commitOf({ periodVersion }), ...look };
        return (await store.commit((after) => ({ ...said, recordedAt: recordedAfter(after, 0) })))
          .outcome;
      };
      equal(await committed({ look: { mark, until: '9999' } }), 'conflict');
      equal(await committed({}), 'committed');
    } finally {
      await late.close();
      await store.close();
      proxy.close();
    }
  });

  it('a commit that was decided before others were final is a conflict', async () => {
    const proxy = await proxyTo(place.fresh());
    const [slow, store] = [await openAt(proxy.address), await openAt(proxy.direct)];
    try {
      await bookReceipt(slow, '0', ['A']);
      const held = proxy.hold('startTransaction');
      const receipt = receiptOf('1', [headOf('A', 1)]);
      const written = slow.commit((after) => ({ ...receipt, recordedAt: recordedAfter(after, 0) }));
      const release = await held;
      await bookReceipt(store, '2', ['B']);
      const final = await store.finalUntil();
      release();
      deepEqual(await written, { outcome: 'conflict' });
      await bookReceipt(slow, '1', ['A']);
      const { rows } = await store.ledger({ document: '1' }, { limit: 10 });
      ok(rows.length === 1 && (await store.finalUntil()) > final);
    } finally {
      await slow.close();
      await store.close();
      proxy.close();
    }
  });
}

interface Proxy {
  address: string;
  /** The server's own. */
  direct: string;
  /** Holds the next command with this word back; gives what lets it go, once the command is there. */
  hold(word: string): Promise<() => void>;
  /** Of the next commit commands, so many lose their connection before or after the server has them. */
  cutCommits(which: 'request' | 'answer', times: number): void;
  cutsLeft(): number;
  close(): void;
}

/** Stands between driver and server, and cuts the connection at a commit command. */
async function proxyTo(address: string): Promise<Proxy> {
  let left = 0;
  let which: 'request' | 'answer' = 'request';
  let holding: { word: string; held: PromiseWithResolvers<() => void> } | undefined;
  const between = await standBetween(address, (client, upstream, end) => {
    let isCut = false;
    client.on('data', (chunk) => {
      if (holding && chunk.includes(holding.word)) {
        holding.held.resolve(() => upstream.write(chunk));
        holding = undefined;
        return;
      }
      if (left > 0 && chunk.includes('commitTransaction')) {
        left -= 1;
        isCut = true;
        if (which === 'request') return end();
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => (isCut ? end() : client.write(chunk)));
  });
  return {
    ...between,
    direct: address,
    cutCommits(next, times) {
      which = next;
      left = times;
    },
    cutsLeft: () => left,
    hold(word) {
      const held = Promise.withResolvers<() => void>();
      holding = { word, held };
      return held.promise;
    },
  };
}

function describeStandalone(): void {
  const server = findMongod();
  if (!server?.includes('secantusd')) {
    notRun('mongodb store, standalone server', 'no server to start as standalone', serversCommand);
    return;
  }
  it('a standalone server is refused, with what to do', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stockbus-standalone-'));
    const port = await freePort();
    const words = ['--standalone', '--host', '127.0.0.1', '--port', String(port)];
    const node = spawn(server, [...words, '--storage-path', folder], { stdio: 'ignore' });
    try {
      await answering(port, node);
      const error = await refusalOf(`mongodb://127.0.0.1:${port}/stock`);
      equal(error.code, 'STORE_STANDALONE');
      match(formatFault(error.fault), /--replSet .*rs\.initiate/);
    } finally {
      const ended = once(node, 'exit');
      node.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** Resolves when something listens on the port. */
async function answering(port: number, node: ChildProcess): Promise<void> {
  for (;;) {
    if (node.exitCode !== null) throw new Error(`the server ended with code ${node.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const listens = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (listens) return;
    await wait(50);
  }
}
