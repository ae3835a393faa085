/** Rows of store.db as the ledger's types. Statements read integers as bigint where 64 bits count. */
import type { SQLInputValue } from 'node:sqlite';
import {
  type Balance,
  type Checkpoint,
  type CostLayer,
  type CostPool,
  type InboxRecord,
  type Item,
  inputFrom,
  type LedgerEntry,
  type Location,
  type Recost,
  type SkuHead,
} from '../../ledger.ts';
import type { ParkedRecord } from '../../message.ts';
import type { Row, Statements } from './Statements.ts';

/** [pool, quantity, value, lastCost, reserved], and a mark where it is untouched. */
type StoredPool = [string, string, string, string, string, 1?];

/** A short text: it is written with every change of a SKU. The view `pools` shows it as rows. */
export const poolsText = (pools: readonly CostPool[]): string =>
  `[${pools.map(poolText).join(',')}]`;

const poolText = ({ pool, quantity, value, lastCost, reserved, untouched }: CostPool): string =>
  `[${JSON.stringify(pool)},"${quantity}","${value}","${lastCost}","${reserved}"${untouched ? ',1' : ''}]`;

const poolOf = ([pool, quantity, value, lastCost, reserved, mark]: StoredPool): CostPool => ({
  pool,
  quantity: BigInt(quantity),
  value: BigInt(value),
  lastCost: BigInt(lastCost),
  reserved: BigInt(reserved),
  ...(mark ? { untouched: true } : {}),
});

export function recostText(recost: Recost | undefined): string | null {
  if (!recost) return null;
  return JSON.stringify({ ...recost, shifts: recost.shifts.map(([seq, by]) => [seq, `${by}`]) });
}

function recostFrom(text: string): Recost {
  const { shifts, ...recost } = JSON.parse(text);
  return { ...recost, shifts: shifts.map(([seq, by]: [number, string]) => [seq, BigInt(by)]) };
}

/** Heads with their items. Costs as text: the rest is read as plain numbers. */
export const HEADS = `SELECT heads.sku, version, seq, recorded_at, hash, latest_at, checkpoint_seq,
  opening_valuation, CAST(opening_cost AS TEXT) AS opening_cost, pools, recost, name, unit, units,
  valuation, CAST(standard_cost AS TEXT) AS standard_cost, tracking, picking, negative, valued,
  CAST(weight AS TEXT) AS weight, barcode, item_group, attributes
  FROM heads LEFT JOIN items ON items.sku = heads.sku`;

export function headOf(row: Row): SkuHead {
  const head: SkuHead = {
    sku: row.sku as string,
    version: row.version as number,
    seq: row.seq as number,
    item: row.name === null ? undefined : itemOf(row),
    opening: {
      valuation: row.opening_valuation as Item['valuation'],
      standardCost: BigInt(row.opening_cost as string),
    },
    pools: (JSON.parse(row.pools as string) as StoredPool[]).map(poolOf),
    recordedAt: row.recorded_at as string,
    hash: row.hash as string,
    latestAt: row.latest_at as string,
    checkpointSeq: row.checkpoint_seq as number,
  };
  if (row.recost !== null) head.recost = recostFrom(row.recost as string);
  return head;
}

const itemOf = (row: Row): Item => ({
  sku: row.sku as string,
  name: row.name as string,
  unit: row.unit as string,
  units: JSON.parse(row.units as string) as Item['units'],
  valuation: row.valuation as Item['valuation'],
  standardCost: BigInt(row.standard_cost as string),
  tracking: row.tracking as Item['tracking'],
  picking: row.picking as Item['picking'],
  negative: row.negative as Item['negative'],
  valued: row.valued === 1,
  weight: BigInt(row.weight as string),
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
    owner: row.owner as string,
    onHand: row.on_hand as bigint,
    reserved: row.reserved as bigint,
    expiresOn: row.expires_on as string,
    since: row.since as string,
    version: Number(row.version),
  };
}

const LAYER = 'sku, pool, at, seq, part, since, origin, lot, owed, quantity, value';

/** Layers that meet `where`, in their order; one SKU may have very many. */
export function layersWhere(
  statements: Statements,
  where: string,
  values: SQLInputValue[],
  limit = -1,
): CostLayer[] {
  const sql = `SELECT ${LAYER} FROM layers WHERE ${where}
    ORDER BY sku, pool, at, seq, part LIMIT ?`;
  return statements.arrays(sql, [...values, limit]).map(layerOf);
}

const layerOf = (row: unknown[]): CostLayer => ({
  sku: row[0] as string,
  pool: row[1] as string,
  at: row[2] as string,
  seq: Number(row[3]),
  part: Number(row[4]),
  since: row[5] as string,
  origin: Number(row[6]),
  lot: row[7] as string,
  owed: row[8] as string,
  quantity: row[9] as bigint,
  value: row[10] as bigint,
});

export function checkpointOfRow(row: Row): Checkpoint {
  return {
    sku: row.sku as string,
    at: row.at as string,
    seq: row.seq as number,
    afterSeq: row.after_seq as number,
    state: row.state as string,
  };
}

/** From the columns `sku, seq, ENTRY_COLUMNS` by position: of all rows, these are read by the million. */
export function entryOf(row: unknown[]): LedgerEntry {
  const entry: LedgerEntry = {
    sku: row[0] as string,
    seq: Number(row[1]),
    kind: row[2] as LedgerEntry['kind'],
    from: row[3] as string,
    to: row[4] as string,
    quantity: row[5] as bigint,
    value: row[6] as bigint,
    fromPool: row[7] as string,
    toPool: row[8] as string,
    lot: row[9] as string,
    status: row[10] as LedgerEntry['status'],
    owner: row[12] as string,
    document: row[13] as string,
    line: row[14] as string,
    partner: row[15] as string,
    reason: row[16] as string,
    reference: row[17] as string,
    at: row[18] as string,
    recordedAt: row[19] as string,
    source: row[20] as string,
    messageId: row[21] as string,
    hash: row[25] as string,
  };
  if (row[11] !== '') entry.toStatus = row[11] as LedgerEntry['status'];
  const input = row[22] === null ? undefined : inputFrom(row[22] as string);
  if (input) entry.input = input;
  if (row[23] !== null) entry.corrects = Number(row[23]);
  if (row[24] !== null) entry.by = Number(row[24]);
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

export function parkedOfRow(row: Row): ParkedRecord {
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
