/** Rows of store.db as the ledger's types. Statements read integers as bigint where 64 bits count. */
import type {
  Balance,
  CostLayer,
  CostPool,
  InboxRecord,
  Item,
  LedgerEntry,
  Location,
  SkuHead,
} from '../../ledger.ts';
import type { ParkedRecord } from '../../message.ts';

/** A row as node:sqlite gives it; columns are as `schema.ts` declares them. */
export type Row = Record<string, unknown>;

/** [pool, method, quantity, value, lastCost] */
type StoredPool = [string, CostPool['method'], string, string, string];

/** A short text: it is written with every change of a SKU. The view `pools` shows it as rows. */
export const poolsText = (pools: readonly CostPool[]): string =>
  `[${pools.map(poolText).join(',')}]`;

const poolText = ({ pool, method, quantity, value, lastCost }: CostPool): string =>
  `[${JSON.stringify(pool)},"${method}","${quantity}","${value}","${lastCost}"]`;

const poolOf = ([pool, method, quantity, value, lastCost]: StoredPool): CostPool => ({
  pool,
  method,
  quantity: BigInt(quantity),
  value: BigInt(value),
  lastCost: BigInt(lastCost),
});

export function headOf(row: Row): SkuHead {
  return {
    sku: row.sku as string,
    version: row.version as number,
    seq: row.seq as number,
    item: row.name === null ? undefined : itemOf(row),
    pools: (JSON.parse(row.pools as string) as StoredPool[]).map(poolOf),
    recordedAt: row.recorded_at as string,
  };
}

const itemOf = (row: Row): Item => ({
  sku: row.sku as string,
  name: row.name as string,
  unit: row.unit as string,
  valuation: row.valuation as Item['valuation'],
  barcode: row.barcode as string,
  group: row.item_group as string,
  attributes: JSON.parse(row.attributes as string) as Item['attributes'],
});

export function balanceOf(row: Row): Balance {
  return {
    sku: row.sku as string,
    place: row.place as string,
    lot: row.lot as string,
    status: row.status as Balance['status'],
    onHand: row.on_hand as bigint,
    reserved: row.reserved as bigint,
    version: Number(row.version),
  };
}

export function layerOf(row: Row): CostLayer {
  return {
    sku: row.sku as string,
    pool: row.pool as string,
    seq: Number(row.seq),
    part: Number(row.part),
    at: row.at as string,
    quantity: row.quantity as bigint,
    value: row.value as bigint,
  };
}

export function entryOf(row: Row): LedgerEntry {
  const entry: LedgerEntry = {
    sku: row.sku as string,
    seq: Number(row.seq),
    kind: row.kind as LedgerEntry['kind'],
    from: row.from_place as string,
    to: row.to_place as string,
    quantity: row.quantity as bigint,
    value: row.value as bigint,
    fromPool: row.from_pool as string,
    toPool: row.to_pool as string,
    lot: row.lot as string,
    status: row.status as LedgerEntry['status'],
    document: row.document as string,
    line: row.line as string,
    partner: row.partner as string,
    reason: row.reason as string,
    reference: row.reference as string,
    at: row.at as string,
    recordedAt: row.recorded_at as string,
    source: row.source as string,
    messageId: row.message_id as string,
  };
  if (row.corrects !== null) entry.corrects = Number(row.corrects);
  return entry;
}

export function inboxOf(row: Row): InboxRecord {
  return {
    source: row.source as string,
    id: row.id as string,
    contenthash: row.contenthash as string,
    intakeId: row.intake_id as string,
    recordedAt: row.recorded_at as string,
  };
}

export function parkedOf(row: Row): ParkedRecord {
  const record: ParkedRecord = {
    id: row.id as string,
    origin: {
      intakeId: row.intake_id as string,
      flow: row.flow as string,
      name: row.name as string,
    },
    stage: row.stage as ParkedRecord['stage'],
    faults: JSON.parse(row.faults as string) as ParkedRecord['faults'],
    record: row.record as number,
    content: row.content as string,
  };
  if (row.type !== null) record.type = row.type as NonNullable<ParkedRecord['type']>;
  if (row.source !== null) record.source = row.source as string;
  if (row.message_id !== null) record.messageId = row.message_id as string;
  return record;
}

export function locationOf(row: Row): Location {
  return {
    location: row.location as string,
    name: row.name as string,
    kind: row.kind as string,
    parent: row.parent as string,
    attributes: JSON.parse(row.attributes as string) as Location['attributes'],
  };
}
