import { type Commit, recordedAfter } from '../../../core/commit.ts';
import type {
  Balance,
  Checkpoint,
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
import type { Pack } from '../../../core/pack.ts';
import { packsOf, type SkuChange } from '../../../core/packsOf.ts';
import type { Loaded, LoadRequest, Page, Paged, Store } from '../../../core/ports.ts';
import { rankOf } from '../../../core/rankOf.ts';

export const RECORDED_AT = '2025-03-01T10:00:00.000Z';
export const AT = '2025-02-01T00:00:00.000Z';

/** A commit, with what it does to SKUs in lists of any order. */
export interface CommitParts extends Partial<Omit<Commit, 'packs' | 'documents'>> {
  heads?: readonly SkuHead[];
  balances?: readonly Balance[];
  layers?: readonly CostLayer[];
  entries?: readonly LedgerEntry[];
  /** Of SKUs without a head here. */
  version?: number;
}

let commits = 0;

/** A moment after `RECORDED_AT` and after all that were given before. */
export function nextMoment(): string {
  commits += 1;
  return new Date(Date.parse(RECORDED_AT) + commits).toISOString();
}

export function commitOf(parts: CommitParts): Commit {
  const { heads, balances, layers, entries, version, ...rest } = parts;
  return {
    recordedAt: nextMoment(),
    inbox: [],
    tallies: [],
    parked: [],
    staleCheckpoints: [],
    checkpoints: [],
    locations: [],
    reservations: [],
    periodVersion: 0,
    openOrders: [],
    outbox: [],
    ...packsOf(changesOf(parts)),
    ...rest,
  };
}

function changesOf(parts: CommitParts): SkuChange[] {
  const { heads = [], balances = [], layers = [], entries = [], version = 1 } = parts;
  const skus = new Set([...heads, ...balances, ...layers, ...entries].map(({ sku }) => sku));
  return [...skus].map((sku) => {
    const isOf = (row: { sku: string }): boolean => row.sku === sku;
    const own = entries.filter(isOf);
    const seq = own.at(-1)?.seq ?? 0;
    const recordedAt = own[0]?.recordedAt ?? RECORDED_AT;
    const head = heads.find(isOf) ?? headOf(sku, version, { seq, recordedAt });
    for (const entry of own) entry.pack = head.version;
    const pack: Pack = {
      ...{ sku, version: head.version, isBase: head.version === 1, head },
      hasItem: head.item !== undefined,
      entries: own,
      balances: balances.filter(isOf),
      layers: layers.filter(isOf),
    };
    return { packs: [pack], before: '' };
  });
}

/** What was loaded of SKUs, as lists. */
export const listsOf = ({ skus }: Loaded) => ({
  heads: skus.map(({ head }) => head),
  balances: skus.flatMap(({ balances }) => balances),
  layers: skus.flatMap(({ layers }) => layers),
});

export const requestOf = (parts: Partial<LoadRequest>): LoadRequest => ({
  skus: [],
  reservations: [],
  openOrders: [],
  ...parts,
});

export function headOf(sku: string, version: number, parts: Partial<SkuHead> = {}): SkuHead {
  return {
    sku,
    version,
    seq: version,
    item: undefined,
    opening: { valuation: 'fifo', standardCost: 0n },
    pools: [],
    recordedAt: RECORDED_AT,
    hash: '',
    sinceBase: { rows: 0, packs: 0, changed: 0 },
    latestAt: AT,
    latestRank: '',
    checkpointSeq: 0,
    ...parts,
  };
}

/** Head of a SKU that no commit has written. */
export const unseenHead = (sku: string): SkuHead =>
  headOf(sku, 0, { recordedAt: '', hash: '', latestAt: '', latestRank: '' });

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

export function entryOf(sku: string, seq: number, parts: Partial<LedgerEntry> = {}): LedgerEntry {
  const entry: LedgerEntry = {
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
    rank: '',
    recordedAt: RECORDED_AT,
    source: '/flows/test',
    messageId: `${sku}-${seq}`,
    actor: 'flow:test',
    pack: 1,
    ...parts,
  };
  return entry.by === undefined ? { ...entry, rank: rankOf(entry) } : entry;
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
    rank: '1D',
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
): Checkpoint => ({ sku, at, rank: '1D', seq, afterSeq: seq, state: `{"seq":${seq}}`, ...parts });

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
  changed: '',
  stated: 5_000_000n,
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
    heads: next,
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
    const { heads } = listsOf(await store.load(requestOf({ skus })));
    const receipt = receiptOf(number, heads);
    const { outcome } = await store.commit((after) => ({
      ...receipt,
      recordedAt: recordedAfter(after, 0),
    }));
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
