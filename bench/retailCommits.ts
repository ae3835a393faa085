/**
 * Commits of the shape of a retailer's sales: documents of 20 lines over few SKUs. Every entry leaves an
 * event of about 500 bytes.
 */
import type { Balance, Commit, LedgerEntry, OutboxRecord, SkuHead } from '../core/ledger.ts';
import { limits } from '../core/limits.ts';
import { randomFrom } from './random.ts';

export interface CommitShape {
  commits: number;
  entriesPerCommit: number;
  skusPerCommit: number;
  skus: number;
  linesPerDocument: number;
}

export const retailShape: CommitShape = {
  commits: 200,
  entriesPerCommit: 1_000,
  skusPerCommit: 650,
  skus: 3_700,
  linesPerDocument: 20,
};

/** The same commits at every call. */
export function* retailCommits(shape: CommitShape): Generator<Commit> {
  const heads = new Map<string, SkuHead>();
  const random = randomFrom(7);
  let entry = 0;
  for (let number = 0; number < shape.commits; number += 1) {
    const recordedAt = new Date(1_700_000_000_000 + number * 1_000).toISOString();
    const window = Array.from({ length: shape.skusPerCommit }, () =>
      skuOf(Math.floor(random() ** 2 * shape.skus)),
    );
    const before = new Map<string, number>();
    const entries: LedgerEntry[] = [];
    for (let index = 0; index < shape.entriesPerCommit; index += 1) {
      const sku = window[Math.floor(random() * window.length)]!;
      const head = heads.get(sku) ?? headOf(sku);
      if (!before.has(sku)) before.set(sku, head.version);
      const version = before.get(sku)! + 1;
      heads.set(sku, { ...head, seq: head.seq + 1, version, recordedAt, hash: HASH });
      const document = String(536_365 + Math.floor(entry / shape.linesPerDocument));
      entries.push(entryOf(sku, head.seq + 1, document, String(entry), recordedAt));
      entry += 1;
    }
    yield commitOf(number, recordedAt, entries, heads, before);
  }
}

function commitOf(
  number: number,
  recordedAt: string,
  entries: LedgerEntry[],
  heads: Map<string, SkuHead>,
  before: Map<string, number>,
): Commit {
  const touched = [...before].map(([sku, expectedVersion]) => ({
    head: heads.get(sku)!,
    expectedVersion,
  }));
  const balance = ({ sku, seq }: SkuHead): Balance => ({
    sku,
    place: 'W1',
    lot: '',
    status: 'available',
    owner: '',
    onHand: -BigInt(seq) * 6_000_000n,
    reserved: 0n,
    expiresOn: '',
    since: '',
    version: seq,
  });
  const documents = new Set(entries.map((entry) => entry.document));
  const origin = { intakeId: `intake-${number}`, flow: 'retail', name: 'sales.csv' };
  const counts = { records: entries.length, messages: documents.size, booked: documents.size };
  return {
    recordedAt,
    inbox: [...documents].map((id) => ({
      source: '/flows/retail',
      id: `${id}-${number}`,
      contenthash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      intakeId: origin.intakeId,
      recordedAt,
    })),
    tallies: [{ origin, index: 0, digest: 'd', ...counts, filtered: 0, exists: 0, parked: 0 }],
    parked: [],
    heads: touched,
    balances: touched.map(({ head }) => balance(head)),
    layers: [],
    entries,
    staleCheckpoints: [],
    checkpoints: [],
    locations: [],
    reservations: [],
    periodVersion: 0,
    openOrders: [],
    outbox: outboxOf(number, entries),
  };
}

function outboxOf(number: number, entries: readonly LedgerEntry[]): OutboxRecord[] {
  const records: OutboxRecord[] = [];
  for (let start = 0; start < entries.length; start += limits.batchRecords) {
    const events = entries.slice(start, start + limits.batchRecords).map(eventOf);
    records.push({
      id: `event-${number}-${start}`,
      topic: 'stock.changed.v1',
      count: events.length,
      body: JSON.stringify(events),
    });
  }
  return records;
}

const eventOf = (entry: LedgerEntry) => ({
  specversion: '1.0',
  id: `${entry.sku}#${entry.seq}@${entry.from}`,
  source: '/stockbus/ledger',
  type: 'stock.changed.v1',
  time: entry.recordedAt,
  datacontenttype: 'application/json',
  data: { ...entry, quantity: '6', value: '15.30', onHand: '-6', available: '-6' },
});

const HASH = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU';

const skuOf = (number: number): string => String(20_000 + number * 17);

function headOf(sku: string): SkuHead {
  return {
    sku,
    version: 0,
    seq: 0,
    item: {
      sku,
      name: 'WHITE HANGING HEART T-LIGHT HOLDER',
      unit: 'EA',
      units: {},
      valuation: 'average',
      standardCost: 0n,
      tracking: 'none',
      picking: 'fefo',
      negative: '',
      valued: true,
      weight: 0n,
      barcode: '',
      group: '',
      attributes: {},
    },
    opening: { valuation: 'average', standardCost: 0n },
    pools: [
      { pool: 'main', quantity: -6_000_000n, value: -1_530n, lastCost: 2_550_000n, reserved: 0n },
    ],
    recordedAt: '',
    hash: '',
    latestAt: '2010-12-01T08:26:00.000Z',
    checkpointSeq: 0,
  };
}

function entryOf(
  sku: string,
  seq: number,
  document: string,
  line: string,
  recordedAt: string,
): LedgerEntry {
  return {
    sku,
    seq,
    kind: 'issue',
    from: 'W1',
    to: 'customer',
    quantity: 6_000_000n,
    value: 1_530n,
    fromPool: 'main',
    toPool: '',
    lot: '',
    status: 'available',
    owner: '',
    document,
    line,
    partner: '17850',
    reason: '',
    reference: '',
    at: '2010-12-01T08:26:00.000Z',
    recordedAt,
    source: '/flows/retail',
    messageId: document,
    hash: HASH,
  };
}
