import { deepEqual, ok } from 'node:assert/strict';
import { type Db, type Document, MongoClient } from 'mongodb';
import { makeClosing } from '../../../core/apply/makeClosing.ts';
import type { Store } from '../../../core/ports.ts';
import { messageKey } from '../../../core/stores/mongodb/keys.ts';
import { verifyStore } from '../../../core/verify.ts';
import { Books } from '../../property/Books.ts';
import type { Doc, Setting } from '../../property/documents.ts';
import type { StorePlace } from './storeContract.ts';
import { openAt } from './withStore.ts';

const setting: Setting = {
  items: [
    { sku: 'A', valuation: 'fifo', tracking: 'lot' },
    { sku: 'B', valuation: 'fifo', tracking: 'lot' },
  ],
  ...{ pools: {}, negative: 'allow', minorDigits: 2, closedPeriod: 'refuse' },
};

const receipt = (document: string, day: number): Doc => ({
  type: 'stock.receive.v1',
  recordedAt: `2026-06-0${day}T00:00:00.000Z`,
  data: {
    ...{ document, at: `2026-03-0${day}T08:00:00.000Z`, partner: 'V-1', reference: 'PO-1' },
    lines: ['A', 'B'].map((sku) => {
      return { sku, location: 'W1', quantity: '1', unitCost: '2', lot: 'L1' };
    }),
  },
});

const due = { due: '2026-07-01' };
const order: Doc = {
  type: 'order.upsert.v1',
  recordedAt: '2026-06-04T00:00:00.000Z',
  data: {
    ...{ document: 'PO-1', kind: 'purchase' },
    lines: [{ line: '1', sku: 'A', location: 'W1', quantity: '5', ...due }],
  },
};

interface Forgery {
  what: string;
  collection: string;
  /** Of a document that fits, what takes its place; undefined: it goes. */
  where: Document;
  /** What is forged stands beside it. */
  twice?: true;
  change(found: Document): Document | undefined;
  finds: RegExp;
}

const ofReceipt = { numbers: 'R3' };
const ofMessage = { _id: / R3 / };

/** What is kept beside packs, and what a reader of it would be misled by. */
const forgeries: Forgery[] = [
  {
    what: 'a document that no part gives any more',
    collection: 'documents',
    where: ofReceipt,
    change: (part) => ({ ...part, text: '[]' }),
    finds: /^A chain: pack 3 names document 0 of its commit, which is not there$/,
  },
  {
    what: 'a part of the documents that is gone',
    collection: 'documents',
    where: ofReceipt,
    change: () => undefined,
    finds: /^A chain: pack 3 names document 0 of its commit, which is not there$/,
  },
  {
    what: 'the number by which a document is found',
    collection: 'documents',
    where: ofReceipt,
    change: (part) => ({ ...part, numbers: ['R9'] }),
    finds: /^B chain: pack 3 has entries of document R3, whose list of packs does not name it$/,
  },
  {
    what: 'the packs that a document leads to',
    collection: 'documents',
    where: ofReceipt,
    change: (part) => ({ ...part, text: String(part.text).replace('["B",3]', '["B",2]') }),
    finds: /^B chain: pack 3 has entries of document R3, whose list of packs does not name it$/,
  },
  {
    what: 'a partner who does not lead to a document',
    collection: 'documents',
    where: ofReceipt,
    change: ({ partners, ...part }) => part,
    finds: /^A chain: pack 3 has entries of document R3 of V-1, and is not found by that partner$/,
  },
  {
    what: 'a purchase order that does not lead to its receipt',
    collection: 'documents',
    where: ofReceipt,
    change: (part) => ({ ...part, references: ['PO-2'] }),
    finds:
      /^A chain: pack 3 has entries of document R3 that refers to PO-1, and is not found by that$/,
  },
  {
    what: 'a lot that does not lead to its entries',
    collection: 'packs',
    where: { sku: 'B', version: 3 },
    change: (pack) => ({ ...pack, lots: [] }),
    finds: /^B chain: pack 3 has entries of lot L1, and is not found by it$/,
  },
  {
    what: 'a place that does not lead to a SKU',
    collection: 'skus',
    where: { sku: 'B' },
    change: (sku) => ({ ...sku, places: ['W9'] }),
    finds: /^B chain: it was at W1, and is not found by that place$/,
  },
  {
    what: 'a pack that does not name the parts of its documents',
    collection: 'packs',
    where: { sku: 'A', version: 3 },
    change: (pack) => ({ ...pack, commit: 'another' }),
    finds: /^A chain: pack 3 names document 0 of its commit, which is not there$/,
  },
  {
    what: 'a pack that is found at another place of the history',
    collection: 'packs',
    where: { sku: 'A', version: 3 },
    change: (pack) => ({ ...pack, firstSeq: 9 }),
    finds: /^A chain: pack 3 is found as that of entry 9, and begins with entry 2$/,
  },
  {
    what: 'a pack that reports at a past date do not look for',
    collection: 'packs',
    where: { sku: 'A', version: 3 },
    change: (pack) => ({ ...pack, firstAt: '2026-04-01T00:00:00.000Z' }),
    finds:
      /^A chain: pack 3 is found as one from 2026-04-01T00:00:00.000Z on, and is one from 2026-03-03T08/,
  },
  {
    what: 'a value in a closing',
    collection: 'closingParts',
    where: { kind: 'pools' },
    change: (part) => ({ ...part, body: String(part.body).replace(',200]', ',201]') }),
    finds:
      /^A closing: the closing of 2026-03 as known at 2026-06-02T12:00:00.000Z has the pools \["main",1000000,201\], the ledger gives \["main",1000000,200\]$/,
  },
  {
    what: 'a part of a closing that is gone',
    collection: 'closingParts',
    where: { kind: 'moves' },
    change: () => undefined,
    finds: /^B closing: .* has the moves \(none\), the ledger gives \["B",\[\[/,
  },
  {
    what: 'the moment of a closing',
    collection: 'closings',
    where: {},
    change: (closing) => ({ ...closing, known: '2026-07-02T12:00:00.000Z' }),
    finds:
      /^\(all\) closing: the closing of 2026-05 as known at 2026-07-02T12:00:00.000Z does not go on/,
  },
  {
    what: 'a pack in the middle that is gone',
    collection: 'packs',
    where: { sku: 'A', version: 2 },
    change: () => undefined,
    finds: /^A sequence: pack 3 follows 1$/,
  },
  {
    what: 'another content of a message in the inbox',
    collection: 'inbox',
    where: ofMessage,
    change: (message) => ({ ...message, contenthash: 'other' }),
    finds: /^A inbox: .* \(R3\) has the content hash other in the inbox, was booked with \w{64}$/,
  },
  {
    what: 'a message that is in the inbox under another key',
    collection: 'inbox',
    where: ofMessage,
    change: (message) => ({ ...message, _id: `${message._id}0` }),
    finds: /^A inbox: .* \(R3\) is not in the inbox, was booked with \w{64}$/,
  },
  {
    what: 'a message that is in the inbox in another bucket',
    collection: 'inbox',
    where: ofMessage,
    change: (message) => ({ ...message, _id: `!!${String(message._id).slice(2)}` }),
    finds: /^A inbox: .* \(R3\) is not in the inbox, was booked with \w{64}$/,
  },
  {
    what: 'a message in the inbox that nothing names',
    collection: 'inbox',
    where: ofMessage,
    twice: true,
    change: (message) => ({ ...message, _id: messageKey({ source: '/flows/a', id: 'planted' }) }),
    finds:
      /^\(all\) inbox: planted of \/flows\/a is in the inbox, and nothing says that it was booked$/,
  },
  {
    what: 'a list of messages that is gone',
    collection: 'log',
    where: { about: 'messages' },
    change: () => undefined,
    finds: /^\(all\) inbox: .* is in the inbox, and nothing says that it was booked$/,
  },
  {
    what: 'the last day of an order',
    collection: 'openOrders',
    where: {},
    change: (order) => ({ ...order, due: '2026-09-09' }),
    finds:
      /^\(all\) order: order PO-1 has line 1 \{.*"2026-09-09".*\}, its log gives \{.*"2026-07-01".*\}$/,
  },
  {
    what: 'an order that is gone',
    collection: 'openOrders',
    where: {},
    change: () => undefined,
    finds: /^\(all\) order: order PO-1 is not there, its log says what it is$/,
  },
  {
    what: 'a line of a log',
    collection: 'log',
    where: { about: 'order' },
    change: (line) => ({ ...line, body: String(line.body).replace('2026-07-01', '2026-07-02') }),
    finds: /^\(all\) order: order PO-1 line 1 of its log does not have the hash of what it/,
  },
  {
    what: 'a SKU that waits to be costed anew by the list alone',
    collection: 'recosts',
    where: { sku: 'A' },
    change: () => undefined,
    finds: /^A chain: it is among those that wait to be costed anew, its last pack says otherwise$/,
  },
  {
    what: 'a SKU that no list shows any more',
    collection: 'skus',
    where: { sku: 'B' },
    change: () => undefined,
    finds: /^B chain: it has packs, and is not among the SKUs that are listed$/,
  },
];

export function describeMongodbForgeries(place: StorePlace): void {
  describe('forgeries', function () {
    this.timeout(60_000);
    let address: string;
    let client: MongoClient;
    let database: Db;
    let store: Store;
    let books: Books;

    before(async () => {
      address = place.fresh();
      store = await openAt(address);
      books = await Books.open(setting, store);
      deepEqual(await books.send(receipt('R2', 2)), ['booked']);
      const runtime = { newId: () => 'closing', now: () => 0 };
      await makeClosing({ store, runtime, isStopping: () => false }, '2026-06-02T12:00:00.000Z');
      deepEqual(await books.send(receipt('R3', 3)), ['booked']);
      deepEqual(await books.send(order), ['booked']);
      client = await MongoClient.connect(address);
      database = client.db();
    });
    after(async () => {
      await client.close();
      await store.close();
    });

    /** By a store of its own, which remembers nothing. */
    async function found(): Promise<string[]> {
      const fresh = await openAt(address);
      try {
        const { differences } = await verifyStore(fresh, books.policy);
        return differences.map(({ sku, check, message }) => `${sku} ${check}: ${message}`);
      } finally {
        await fresh.close();
      }
    }

    for (const { what, collection, where, twice, change, finds } of forgeries) {
      it(`are found by verify: ${what}`, async () => {
        deepEqual(await found(), []);
        const rows = database.collection(collection);
        const row = await rows.findOne(where);
        const waiting = await database.collection('skus').findOne({ sku: 'A' });
        const forged = row ? change(row) : (waiting as Document);
        if (row && !twice) await rows.deleteOne({ _id: row._id });
        if (forged) await rows.insertOne(forged);
        try {
          const lines = await found();
          ok(
            lines.some((line) => finds.test(line)),
            `${finds} is not in:\n${lines.join('\n')}`,
          );
        } finally {
          if (forged) await rows.deleteOne({ _id: forged._id });
          if (row && !twice) await rows.insertOne(row);
        }
      });
    }
  });
}
