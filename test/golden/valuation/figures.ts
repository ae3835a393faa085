/** How each figure that a scenario states is read off our books. */
import { formatDecimal, MICRO_ONE, mulDiv } from '../../../core/decimal.ts';
import { agedPools, ageRanges } from '../../../core/reports/figures/ageing.ts';
import { Trial } from '../../../core/reports/figures/Trial.ts';
import { needsCorrected, postingOf } from '../../../core/stock/journal.ts';
import { calendarOf } from '../../../core/zone.ts';
import { documentOf, movementOf } from './messagesOf.ts';
import { changeOf, changeOfAll, quantityOf } from './Snapshot.ts';
import { datedLater, factsOf, idsOf, postedOf, timeLookedAt, trueUps, type View } from './View.ts';

/** A figure is a text, or texts by name. */
type Figure = (view: View, stated: unknown) => unknown;

function totalOf(view: View): { quantity: bigint; value: bigint } {
  const { after, asOf, expectation } = view;
  if (!asOf) return after.total(expectation.location);
  const total = { quantity: 0n, value: -datedLater(view) };
  for (const { quantity, value } of asOf) {
    total.quantity += quantity;
    total.value += value;
  }
  return total;
}

function unitCost(view: View): string {
  const { after, expectation } = view;
  const { atMovement, location, item } = expectation;
  if (atMovement === undefined) return after.currentCost();
  if (location !== undefined || item !== undefined) {
    const { quantity, value } = after.totalAt(timeLookedAt(view), location);
    return after.unitCost(value, quantity);
  }
  return after.unitCost(changeOfAll(postedOf(view)), quantityOf(factsOf(view)));
}

/** ERPNext folds into a receipt what it settles; Odoo posts it apart. */
function valueChange(view: View): string {
  const { one, before, after, expectation } = view;
  if (expectation.atMovement === undefined && one.way === 'erpnext')
    return after.money(after.total().value - before.total().value);
  return after.money(changeOfAll(postedOf(view)));
}

/** Layers that a movement used up, in its order, then what it is short of. */
function consumed({ one, before, after }: View): [string, string][] {
  const left = new Map(
    after.layers().map(({ seq, part, quantity }) => [`${seq}/${part}`, quantity]),
  );
  const used = before.layers().flatMap(({ seq, part, quantity, value }) => {
    const gone = quantity - (left.get(`${seq}/${part}`) ?? 0n);
    return gone > 0n ? [[formatDecimal(gone), before.unitCost(value, quantity)]] : [];
  });
  const short = after
    .layers()
    .filter(({ quantity }) => quantity < 0n)
    .map(({ quantity, value }) => [formatDecimal(-quantity), after.unitCost(value, quantity)]);
  return [...(one.method === 'LIFO' ? used.reverse() : used), ...short] as [string, string][];
}

function remainingByReceipt({ one, after }: View, stated: unknown): Record<string, string> {
  const remaining = Object.keys(stated as object).map((seq) => {
    const seqs = after.factsOf(idsOf(one, movementOf(one, +seq))).map((fact) => fact.seq);
    const layers = after.layers().filter(({ origin }) => seqs.includes(origin));
    return [seq, formatDecimal(layers.reduce((sum, { quantity }) => sum + quantity, 0n))];
  });
  return Object.fromEntries(remaining);
}

/** [debits, credits] of the accounts that Odoo calls by these names. */
function glTotals({ after, policy }: View): Record<string, string[]> {
  const bySeq = new Map(after.entries.map((entry) => [entry.seq, entry]));
  const trial = new Trial();
  for (const entry of after.entries) {
    const corrected = needsCorrected(entry) ? bySeq.get(entry.corrects!) : undefined;
    const posting = postingOf(entry, policy.accounts, corrected);
    if (posting) trial.add(posting);
  }
  const totals = (account: string): string[] => {
    const line = trial.lines().find((candidate) => candidate.account === account);
    return [after.money(line?.debit ?? 0n), after.money(line?.credit ?? 0n)];
  };
  const { received, inventory, costOfSales } = policy.accounts;
  return {
    stockInput: totals(received),
    stockValuation: totals(inventory),
    stockOutput: totals(costOfSales),
  };
}

function lots({ after }: View): Record<string, Record<string, string>> {
  const byLot = after.layers().map(({ lot, quantity, value }) => {
    const figures = {
      qty: formatDecimal(quantity),
      value: after.money(value),
      unitCost: after.unitCost(value, quantity),
    };
    return [lot, figures] as const;
  });
  return Object.fromEntries(byLot);
}

/** What an issue takes beyond its quantity at the rounded average. */
function roundingAdjustment({ before, after, one, movement }: View): string {
  const { quantity, value } = before.total();
  const average = mulDiv(value, MICRO_ONE, quantity);
  const facts = after.factsOf(idsOf(one, movement));
  return after.money(mulDiv(average, quantityOf(facts), MICRO_ONE) + changeOfAll(facts));
}

function agedSlots({ one, after, policy }: View) {
  const asOf = String(one.policy.asOf);
  const entries = after.entries.filter(({ at }) => at <= `${asOf}T23:59:59.999Z`);
  const pools = agedPools(
    after.books.head.sku,
    entries,
    after.books.head.opening,
    policy.minorDigits,
  );
  const slots = pools.flatMap((pool) => pool.slots);
  return {
    slots,
    ranges: ageRanges(slots, one.policy.ranges as number[], asOf, calendarOf('UTC')),
  };
}

/** `[[10,10],[10,20],...,[10,190]]` written out. */
function layersNote({ after, expectation }: View, stated: unknown): unknown {
  const numbers = [...String(stated).matchAll(/\[(\d+),(\d+)\]/g)].map((pair) => pair.slice(1));
  const [[quantity, first], [, second], [, last]] = numbers.slice(-3) as [string, string][] as [
    [string, string],
    [string, string],
    [string, string],
  ];
  const wanted: [string, string][] = [];
  for (let cost = +first; cost <= +last; cost += +second - +first)
    wanted.push([quantity, `${cost}`]);
  const found = after.merged(expectation.location);
  return JSON.stringify(found) === JSON.stringify(wanted) ? stated : found;
}

const ERRORS: Readonly<Record<string, string>> = {
  NegativeStockError: 'STOCK_INSUFFICIENT',
  UserError: 'REVALUE_REFUSED',
};
const RESULTS: Readonly<Record<string, string>> = {
  created: 'committed',
  pending_transfer_expired: 'expired',
};

const same = (stated: unknown, wanted: unknown, found: unknown): unknown =>
  JSON.stringify(wanted) === JSON.stringify(found) ? stated : found;

export const figures: Readonly<Record<string, Figure>> = {
  qty: (view) => formatDecimal(totalOf(view).quantity),
  value: (view) => view.after.money(totalOf(view).value),
  unitCost,
  valueChange,
  cogs: (view) => view.after.money(-changeOfAll(postedOf(view))),
  correction: (view) => view.after.money(changeOfAll(trueUps(view))),
  shortQty: (view) => formatDecimal(view.after.total().quantity),
  layers: (view) => view.after.merged(view.expectation.location),
  layersNote,
  consumed,
  remainingByReceipt,
  glTotals,
  lots,
  entries: (view) => factsOf(view).map((entry) => view.after.money(changeOf(entry))),
  issueTotalCost: ({ one, after }) => {
    const issues = one.movements.filter(({ type }) => type === 'issue');
    const facts = issues.flatMap((movement) => after.factsOf(idsOf(one, movement)));
    return after.money(-changeOfAll(after.posted(facts)));
  },
  returnUnitCost: (view) =>
    view.after.unitCost(changeOfAll(factsOf(view)), quantityOf(factsOf(view))),
  incomingRate: (view) => {
    const into = changeOfAll(postedOf(view), view.expectation.location);
    return view.after.unitCost(into, quantityOf(factsOf(view)));
  },
  runningValueDelta: (view) => {
    const at = timeLookedAt(view);
    return view.after.money(view.after.totalAt(at).value - view.before.totalAt(at).value);
  },
  qtyDelta: (view) => {
    const at = timeLookedAt(view);
    return formatDecimal(view.after.totalAt(at).quantity - view.before.totalAt(at).quantity);
  },
  /** What was produced, without what it cost besides its components, by quantity produced … */
  producedBasicRate: (view) => {
    const extra = movementOf(view.one, view.expectation.atMovement).additionalCost ?? 0;
    const cents = BigInt(Math.round(extra * 10 ** view.policy.minorDigits));
    return view.after.unitCost(changeOfAll(postedOf(view)) - cents, quantityOf(factsOf(view)));
  },
  /** … and by quantity consumed. */
  consumedBasicRate: (view) => {
    const { additionalCost = 0, consume = [] } = movementOf(view.one, view.expectation.atMovement);
    const cents = BigInt(Math.round(additionalCost * 10 ** view.policy.minorDigits));
    const used = consume.reduce((sum, { qty }) => sum + BigInt(Math.round(qty * 1e6)), 0n);
    return view.after.unitCost(changeOfAll(postedOf(view)) - cents, used);
  },
  layer1RemainingValue: ({ after }) => after.money(after.layers()[0]?.value ?? 0n),
  roundingAdjustment,
  oldestSlotQty: (view) => formatDecimal(agedSlots(view).slots[0]?.quantity ?? 0n),
  valueAge0to30: (view) => {
    const first = agedSlots(view).ranges.find(({ from, upTo }) => from === 0 && upTo === 30);
    return view.after.money(first?.value ?? 0n);
  },
  invariant: ({ one, after }, stated) => {
    const seqs = [...String(stated).matchAll(/value of (\d+)/g)].map(([, seq]) => +seq!);
    const [left, right] = seqs.map((seq) =>
      changeOfAll(after.factsOf(idsOf(one, movementOf(one, seq)))),
    );
    return same(stated, after.money(-left!), after.money(right!));
  },
  relation: (view, stated) => {
    const landed = /^value change = -\(serial rate before voucher \+ (\d+)\)$/.exec(String(stated));
    const before = changeOfAll(view.before.posted(factsOf(view)));
    const change = changeOfAll(postedOf(view)) - before;
    return same(stated, landed?.[1], view.after.money(-change));
  },
  error: ({ refused }, stated) => same(stated, [ERRORS[String(stated)]], refused),
  reserved: ({ after, now }) => {
    const held = after.books.reservations.filter(
      ({ state, expiresAt }) => state === 'pending' && (expiresAt === '' || expiresAt > now),
    );
    const lines = held.flatMap((reservation) => reservation.lines);
    return formatDecimal(lines.reduce((sum, { quantity }) => sum + quantity, 0n));
  },
  posted: ({ after }) => {
    const lines = after.books.reservations.flatMap((reservation) => reservation.lines);
    return formatDecimal(lines.reduce((sum, { committed }) => sum + committed, 0n));
  },
  result: ({ one, after, movement }, stated) => {
    const id = documentOf(one, movement.of!);
    const found = after.books.reservations.find((reservation) => reservation.id === id);
    return same(stated, RESULTS[String(stated)], found?.log.at(-1)?.result);
  },
};
