import { createHash } from 'node:crypto';
import type {
  Balance,
  Checkpoint,
  Commit,
  CostLayer,
  IntakeTally,
  Item,
  LedgerEntry,
  OpenOrder,
  Reservation,
  ReservationLine,
  SkuHead,
} from '../../../core/ledger.ts';
import type { ParkedRecord } from '../../../core/message.ts';
import type { LoadRequest, Page, Paged, Store } from '../../../core/ports.ts';

export const RECORDED_AT = '2025-03-01T10:00:00.000Z';
export const AT = '2025-02-01T00:00:00.000Z';

export function commitOf(parts: Partial<Commit>): Commit {
  return {
    recordedAt: RECORDED_AT,
    inbox: [],
    tallies: [],
    parked: [],
    heads: [],
    balances: [],
    layers: [],
    entries: [],
    staleCheckpoints: [],
    checkpoints: [],
    locations: [],
    reservations: [],
    periodVersion: 0,
    openOrders: [],
    outbox: [],
    ...parts,
  };
}

export function requestOf(parts: Partial<LoadRequest>): LoadRequest {
  return {
    skus: [],
    balances: [],
    balancesOf: [],
    reservations: [],
    openOrders: [],
    ...parts,
  };
}

export function headOf(sku: string, version: number, parts: Partial<SkuHead> = {}): SkuHead {
  return {
    sku,
    version,
    seq: version,
    item: undefined,
    opening: { valuation: 'fifo', standardCost: 0n },
    pools: [],
    recordedAt: RECORDED_AT,
    hash: hashOf(`${sku}-${version}`),
    latestAt: AT,
    checkpointSeq: 0,
    ...parts,
  };
}

/** Head of a SKU that no commit has written. */
export const unseenHead = (sku: string): SkuHead =>
  headOf(sku, 0, { recordedAt: '', hash: '', latestAt: '' });

export function itemOf(sku: string, parts: Partial<Item> = {}): Item {
  return {
    sku,
    name: '',
    unit: 'EA',
    units: {},
    valuation: 'fifo',
    standardCost: 0n,
    tracking: 'none',
    picking: 'fefo',
    negative: '',
    valued: true,
    weight: 0n,
    barcode: '',
    group: '',
    attributes: {},
    ...parts,
  };
}

/** Some hash as the ledger has it. */
export const hashOf = (text: string): string =>
  createHash('sha256').update(text).digest('base64url');

export function entryOf(sku: string, seq: number, parts: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    sku,
    seq,
    kind: 'receive',
    from: 'supplier',
    to: 'W1',
    quantity: 1_000_000n,
    value: 250n,
    fromPool: '',
    toPool: 'main',
    lot: '',
    status: 'available',
    owner: '',
    document: `D${seq}`,
    line: '1',
    partner: '',
    reason: '',
    reference: '',
    at: AT,
    recordedAt: RECORDED_AT,
    source: '/flows/test',
    messageId: `${sku}-${seq}`,
    hash: hashOf(`${sku}-${seq}`),
    ...parts,
  };
}

export function balanceOf(sku: string, place: string, parts: Partial<Balance> = {}): Balance {
  return {
    sku,
    place,
    lot: '',
    status: 'available',
    owner: '',
    onHand: 1_000_000n,
    reserved: 0n,
    expiresOn: '',
    since: '',
    version: 1,
    ...parts,
  };
}

export function layerOf(sku: string, seq: number, parts: Partial<CostLayer> = {}): CostLayer {
  return {
    sku,
    pool: 'main',
    at: AT,
    seq,
    part: 0,
    since: AT,
    origin: seq,
    lot: '',
    owed: '',
    quantity: 1_000_000n,
    value: 250n,
    ...parts,
  };
}

export const checkpointOf = (
  sku: string,
  at: string,
  seq: number,
  parts: Partial<Checkpoint> = {},
): Checkpoint => ({ sku, at, seq, afterSeq: seq, state: `{"seq":${seq}}`, ...parts });

export const reservedLineOf = (
  sku: string,
  parts: Partial<ReservationLine> = {},
): ReservationLine => ({
  line: '1',
  sku,
  place: 'W1',
  pool: '',
  lot: '',
  quantity: 2_000_000n,
  committed: 0n,
  ...parts,
});

export function reservationOf(
  id: string,
  version: number,
  parts: Partial<Reservation> = {},
): Reservation {
  return {
    id,
    version,
    state: 'pending',
    at: AT,
    expiresAt: '',
    partner: '',
    reference: '',
    lines: [reservedLineOf('A')],
    log: [],
    ...parts,
  };
}

/** As the next version of each: they must not be there, or have the version before. */
export const reserving = (...reservations: Reservation[]): Commit['reservations'] =>
  reservations.map((reservation) => ({ reservation, expectedVersion: reservation.version - 1 }));

export const openOrderOf = (
  document: string,
  line: string,
  parts: Partial<OpenOrder> = {},
): OpenOrder => ({
  document,
  line,
  kind: 'purchase',
  sku: 'A',
  place: 'W1',
  quantity: 5_000_000n,
  due: '2025-04-01',
  ...parts,
});

export function tallyOf(
  intakeId: string,
  index: number,
  parts: Partial<IntakeTally> = {},
): IntakeTally {
  return {
    origin: { intakeId, flow: 'test', name: 'test.csv' },
    index,
    digest: 'digest',
    records: 0,
    filtered: 0,
    messages: 0,
    booked: 0,
    exists: 0,
    parked: 0,
    ...parts,
  };
}

export function parkedOf(id: string, parts: Partial<ParkedRecord> = {}): ParkedRecord {
  return {
    id,
    origin: { intakeId: 'i1', flow: 'test', name: 'test.csv' },
    stage: 'intake',
    faults: [{ code: 'CSV_RAGGED_ROW', message: 'row 3 has 4 cells', at: { record: 3 } }],
    record: 3,
    content: '{"a":"1"}',
    ...parts,
  };
}

export const inboxOf = (id: string, intakeId = 'i1') => ({
  source: '/flows/test',
  id,
  contenthash: 'hash',
  intakeId,
  recordedAt: RECORDED_AT,
});

/**
 * One received unit of each SKU, as the next version of each: what is in the books afterwards can be
 * told from the number of such commits alone.
 */
export function receiptOf(number: string, heads: readonly SkuHead[]): Commit {
  const next = heads.map((head) => headOf(head.sku, head.version + 1));
  return commitOf({
    inbox: [inboxOf(number)],
    tallies: [tallyOf('receipts', Number.parseInt(number, 10), { digest: number, booked: 1 })],
    heads: next.map((head, index) => ({ head, expectedVersion: heads[index]!.version })),
    entries: next.map((head) => entryOf(head.sku, head.seq, { document: number })),
    balances: next.map(({ sku, seq }) =>
      balanceOf(sku, 'W1', { onHand: BigInt(seq) * 1_000_000n, version: seq }),
    ),
    outbox: [{ id: `event-${number}`, topic: 'stock.changed.v1', count: 1, body: '[]' }],
  });
}

/** Loads, books one receipt, and tries again after a conflict. */
export async function bookReceipt(store: Store, number: string, skus: string[]): Promise<void> {
  for (;;) {
    const { heads } = await store.load(requestOf({ skus }));
    const { outcome } = await store.commit(receiptOf(number, heads));
    if (outcome === 'committed') return;
  }
}

/** All rows of a list, page by page; fails when it does not end. */
export async function allRows<Row>(
  list: (page: Page) => Promise<Paged<Row>>,
  limit = 1_000,
): Promise<Row[]> {
  const rows: Row[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < 10_000; pages += 1) {
    const page = await list(after === undefined ? { limit } : { limit, after });
    rows.push(...page.rows);
    if (page.next === undefined) return rows;
    after = page.next;
  }
  throw new Error('the list does not end');
}

/** Order of the bytes of UTF-8, which all lists have. */
export const inUtf8 = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));
