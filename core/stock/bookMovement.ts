import { amountOf, formatDecimal, MAX_INT64, mulDiv, unitCostOf } from '../decimal.ts';
import { StockbusError } from '../errors.ts';
import type {
  Balance,
  CostPool,
  EntryKind,
  LedgerEntry,
  Status,
  ValuationMethod,
} from '../ledger.ts';
import { isVirtual } from '../ledger.ts';
import type { CostSlice, Valuation } from '../ports.ts';
import type { StockPolicy } from './policy.ts';
import { average } from './valuation/average.ts';
import { fifo } from './valuation/fifo.ts';
import type { HeadState, Workspace } from './workspace.ts';

const methods: Record<ValuationMethod, Valuation> = { fifo, average };

/** One line of a document, in the terms of the ledger. Quantity is never negative. */
export interface Movement {
  kind: EntryKind;
  sku: string;
  from: string;
  to: string;
  quantity: bigint;
  lot: string;
  status: Status;
  /** Cost of one unit of what comes in; undefined means: what the stock costs now. */
  unitCost: bigint | undefined;
  line: string;
  reason: string;
}

/** What all entries of one document share. */
export interface DocumentFacts {
  document: string;
  partner: string;
  reference: string;
  at: string;
  source: string;
  messageId: string;
}

/** A balance that changed, for the event. */
export interface Change {
  entry: LedgerEntry;
  balance: Balance;
  by: bigint;
  /** The balance after this change (later lines change the object). */
  onHand: bigint;
}

export interface BookContext {
  workspace: Workspace;
  policy: StockPolicy;
  poolOf: (place: string) => string;
  /** RFC 3339; the entry's is never before that of the SKU's last entry. */
  recordedAt: string;
}

/**
 * Books one movement: its value out of one cost pool and into another, its quantity out of one place
 * and into another, one ledger entry, and a second one where a receipt settles a shortage.
 */
export function bookMovement(
  context: BookContext,
  facts: DocumentFacts,
  movement: Movement,
  changes: Change[],
): void {
  const { workspace, policy } = context;
  const head = workspace.head(movement.sku);
  const fromPool = isVirtual(movement.from) ? '' : context.poolOf(movement.from);
  const toPool = isVirtual(movement.to) ? '' : context.poolOf(movement.to);
  if (fromPool) denyShortage(context, movement);
  const method = head.item?.valuation ?? policy.valuation;
  let cost: { value: bigint; slices: CostSlice[] } = { value: 0n, slices: [] };
  let correction = 0n;
  if (fromPool !== toPool) {
    cost = fromPool
      ? takeFromPool(context, head, workspace.pool(head, fromPool, method), movement.quantity)
      : costOfArrival(context, workspace.pool(head, toPool, method), movement);
  }
  const entry = makeEntry(context, head, facts, movement, fromPool, toPool, cost.value);
  if (toPool && fromPool !== toPool) {
    correction = putIntoPool(
      context,
      head,
      workspace.pool(head, toPool, method),
      movement,
      cost,
      entry,
    );
  }
  workspace.addEntry(entry);
  workspace.changeHead(head, { seq: entry.seq, recordedAt: entry.recordedAt });
  moveBalances(context, movement, entry, changes);
  if (correction !== 0n) settleShortage(context, head, entry, correction);
}

function denyShortage(
  { workspace, policy }: BookContext,
  { sku, from, lot, status, quantity }: Movement,
): void {
  if (policy.negative === 'allow') return;
  const { onHand } = workspace.balance(sku, from, lot, status);
  if (onHand >= quantity) return;
  throw new StockbusError(
    'STOCK_INSUFFICIENT',
    `${sku} at ${from}: ${formatDecimal(quantity)} asked, ${formatDecimal(onHand)} there`,
    {
      field: 'quantity',
    },
  );
}

/** Value of what leaves; what is not there leaves at the last known cost, as a shortage. */
function takeFromPool(
  { workspace, policy }: BookContext,
  head: HeadState,
  pool: CostPool,
  quantity: bigint,
): { value: bigint; slices: CostSlice[] } {
  const there = pool.quantity > 0n ? pool.quantity : 0n;
  const covered = quantity < there ? quantity : there;
  const short = quantity - covered;
  let value = 0n;
  let slices: CostSlice[] = [];
  let lastCost = pool.lastCost;
  if (covered > 0n) {
    ({ value, slices } = methods[pool.method].take(
      {
        quantity: pool.quantity,
        value: pool.value,
        takeLayers: (wanted) => workspace.takeLayers(head.sku, pool.pool, wanted, mulDiv),
      },
      covered,
    ));
    const last = slices.at(-1)!;
    // An amount that rounds to nothing says nothing about the cost.
    if (last.value !== 0n) lastCost = unitCostOf(last.value, last.quantity, policy.minorDigits);
  }
  if (short > 0n) {
    const shortValue = amountOf(short, lastCost, policy.minorDigits);
    value += shortValue;
    slices = [...slices, { quantity: short, value: shortValue, at: '' }];
  }
  changePool(workspace, pool, pool.quantity - quantity, pool.value - value, lastCost);
  return { value, slices };
}

/** Value of what comes from outside: as stated, or at what the stock costs now. */
function costOfArrival(
  { policy }: BookContext,
  pool: CostPool,
  { quantity, unitCost }: Movement,
): { value: bigint; slices: CostSlice[] } {
  let value: bigint;
  if (unitCost !== undefined) value = amountOf(quantity, unitCost, policy.minorDigits);
  else if (pool.quantity > 0n) value = mulDiv(pool.value, quantity, pool.quantity);
  else value = amountOf(quantity, pool.lastCost, policy.minorDigits);
  return { value, slices: quantity === 0n ? [] : [{ quantity, value, at: '' }] };
}

/**
 * Adds quantity and value to a pool. Where the pool was short, the first units replace what had left
 * at a guessed cost: the difference between guess and truth is returned, to be posted apart.
 */
function putIntoPool(
  { workspace, policy }: BookContext,
  head: HeadState,
  pool: CostPool,
  { quantity, unitCost: stated }: Movement,
  cost: { value: bigint; slices: CostSlice[] },
  entry: LedgerEntry,
): bigint {
  if (quantity === 0n) return 0n;
  const short = pool.quantity < 0n ? -pool.quantity : 0n;
  const settled = quantity < short ? quantity : short;
  let correction = 0n;
  if (settled > 0n) {
    const guessed = settled === short ? -pool.value : mulDiv(-pool.value, settled, short);
    const truth = settled === quantity ? cost.value : mulDiv(cost.value, settled, quantity);
    correction = guessed - truth;
  }
  if (methods[pool.method].layered)
    addLayers(workspace, head, pool, dropFirst(cost.slices, settled), entry);
  const lastCost = stated ?? unitCostOf(cost.value, quantity, policy.minorDigits);
  const value = pool.value + cost.value + correction;
  changePool(workspace, pool, pool.quantity + quantity, value, lastCost);
  return correction;
}

function changePool(
  workspace: Workspace,
  pool: CostPool,
  quantity: bigint,
  value: bigint,
  lastCost: bigint,
): void {
  for (const number of [quantity, value, lastCost]) refuseOverflow(number);
  workspace.changePool(pool, quantity, value, lastCost);
}

/** What remains of slices after their first `quantity` units settled a shortage. */
function dropFirst(slices: readonly CostSlice[], quantity: bigint): CostSlice[] {
  if (quantity === 0n) return [...slices];
  const total = slices.reduce((sum, slice) => sum + slice.quantity, 0n);
  const value = slices.reduce((sum, slice) => sum + slice.value, 0n);
  const left = total - quantity;
  if (left === 0n) return [];
  return [
    { quantity: left, value: value - mulDiv(value, quantity, total), at: slices[0]?.at ?? '' },
  ];
}

function addLayers(
  workspace: Workspace,
  head: HeadState,
  pool: CostPool,
  slices: readonly CostSlice[],
  entry: LedgerEntry,
): void {
  let part = 0;
  for (const slice of slices) {
    part += 1;
    workspace.addLayer({
      sku: head.sku,
      pool: pool.pool,
      seq: entry.seq,
      part,
      at: slice.at || entry.at,
      quantity: slice.quantity,
      value: slice.value,
    });
  }
}

function makeEntry(
  { recordedAt }: BookContext,
  head: HeadState,
  facts: DocumentFacts,
  movement: Movement,
  fromPool: string,
  toPool: string,
  value: bigint,
): LedgerEntry {
  return {
    sku: movement.sku,
    seq: head.seq + 1,
    kind: movement.kind,
    from: movement.from,
    to: movement.to,
    quantity: movement.quantity,
    value,
    fromPool,
    toPool,
    lot: movement.lot,
    status: movement.status,
    document: facts.document,
    line: movement.line,
    partner: facts.partner,
    reason: movement.reason,
    reference: facts.reference,
    at: facts.at,
    recordedAt: recordedAt > head.recordedAt ? recordedAt : head.recordedAt,
    source: facts.source,
    messageId: facts.messageId,
  };
}

function moveBalances(
  context: BookContext,
  movement: Movement,
  entry: LedgerEntry,
  changes: Change[],
): void {
  if (!isVirtual(movement.from)) {
    moveBalance(context, movement, movement.from, -movement.quantity, entry, changes);
  }
  if (!isVirtual(movement.to)) {
    moveBalance(context, movement, movement.to, movement.quantity, entry, changes);
  }
}

function moveBalance(
  { workspace }: BookContext,
  { sku, lot, status }: Movement,
  place: string,
  by: bigint,
  entry: LedgerEntry,
  changes: Change[],
): void {
  const balance = workspace.balance(sku, place, lot, status);
  workspace.changeBalance(balance, by, entry.seq);
  refuseOverflow(balance.onHand);
  refuseOverflow(entry.value);
  changes.push({ entry, balance, by, onHand: balance.onHand });
}

function refuseOverflow(number: bigint): void {
  if (number <= MAX_INT64 && number >= -MAX_INT64) return;
  throw new StockbusError('STOCK_OUT_OF_RANGE', 'a quantity or value exceeds 64 bits', {
    field: 'quantity',
  });
}

/** A zero-quantity entry with the difference; the pool has it already. */
function settleShortage(
  { workspace }: BookContext,
  head: HeadState,
  cause: LedgerEntry,
  correction: bigint,
): void {
  const entry: LedgerEntry = {
    ...cause,
    seq: head.seq + 1,
    kind: 'revalue',
    from: 'adjustment',
    quantity: 0n,
    value: correction,
    fromPool: '',
    reason: 'cost of a shortage, trued up by this receipt',
    corrects: cause.seq,
  };
  workspace.addEntry(entry);
  workspace.changeHead(head, { seq: entry.seq });
}
