/** The same history told in other words: other names, other units, other documents. */
import { formatDecimal } from '../../../core/decimal.ts';
import type { Doc, DocumentData, History, Line } from '../documents.ts';
import { read } from '../oracle/exact.ts';

/** Text of a figure, changed as an integer of millionths. */
type Change = (units: bigint) => bigint;

export interface Changes {
  sku?: (sku: string) => string;
  quantity?: Change;
  /** What one costs, the standard cost too. */
  cost?: Change;
  /** What is stated of a whole document or line. */
  amount?: Change;
}

const changed = (text: string, change: Change = (units) => units): string =>
  formatDecimal(change(read(text)));

function lineWith(line: Line, { sku, quantity, cost, amount }: Changes): Line {
  return {
    ...line,
    ...(sku && line.sku !== undefined ? { sku: sku(line.sku) } : {}),
    ...(line.quantity === undefined ? {} : { quantity: changed(line.quantity, quantity) }),
    ...(line.unitCost === undefined ? {} : { unitCost: changed(line.unitCost, cost) }),
    ...(line.standardCost === undefined ? {} : { standardCost: changed(line.standardCost, cost) }),
    ...(line.amount === undefined ? {} : { amount: changed(line.amount, amount) }),
  };
}

function dataWith(data: DocumentData, changes: Changes): DocumentData {
  const { lines, components, amount, additionalCost } = data;
  const other = changes.amount;
  return {
    ...data,
    ...(lines ? { lines: lines.map((line) => lineWith(line, changes)) } : {}),
    ...(components ? { components: components.map((line) => lineWith(line, changes)) } : {}),
    ...(amount === undefined ? {} : { amount: changed(amount, other) }),
    ...(additionalCost === undefined ? {} : { additionalCost: changed(additionalCost, other) }),
  };
}

export function told({ setting, docs }: History, changes: Changes): History {
  const items = setting.items.map((item) => ({
    ...item,
    sku: changes.sku?.(item.sku) ?? item.sku,
    ...(item.standardCost === undefined
      ? {}
      : { standardCost: changed(item.standardCost, changes.cost) }),
  }));
  return {
    setting: { ...setting, items },
    docs: docs.map((doc) => ({ ...doc, data: dataWith(doc.data, changes) })),
  };
}

const bringsIn: ReadonlySet<string> = new Set([
  ...['stock.receive.v1', 'stock.count.v1', 'stock.adjust.v1', 'stock.return.v1'],
]);

/**
 * A history in which all that comes in says what it costs. Otherwise, where nothing is left, the cost
 * of one at the last movement counts, and that is rounded to six decimals: the one figure between
 * documents and values that depends on the unit of measure.
 */
export function atStatedCosts({ setting, docs }: History): History {
  return { setting, docs: docs.filter((doc) => !asksForCostOfOne(doc)).map(stated) };
}

/** A history in which what comes in states the cost of one, and no line an amount. */
export const atCostsOfOne = ({ setting, docs }: History): History => ({
  setting,
  docs: docs.map((doc) => {
    const { lines = [] } = doc.data;
    if (!bringsIn.has(doc.type) || lines.every(({ amount }) => amount === undefined)) return doc;
    const same = lines.map(({ amount, ...line }) =>
      amount === undefined ? line : { ...line, unitCost: amount },
    );
    return { ...doc, data: { ...doc.data, lines: same } };
  }),
});

/** A history in which nothing goes back of a receipt of several costs: it would be worth an average of them. */
export function withoutAverages({ setting, docs }: History): History {
  const costs = new Map<string, Set<string | undefined>>();
  for (const { type, data } of docs) {
    if (type !== 'stock.receive.v1') continue;
    const known = costs.get(data.document!) ?? new Set();
    for (const { unitCost } of data.lines!) known.add(unitCost);
    costs.set(data.document!, known);
  }
  const isAverage = ({ type, data }: Doc): boolean =>
    type === 'stock.return.v1' && (costs.get(data.reference ?? '')?.size ?? 0) > 1;
  return { setting, docs: docs.filter((doc) => !isAverage(doc)) };
}

/** From layers to an average all is worth what one of the newest costs. */
const asksForCostOfOne = ({ type, data }: Doc): boolean =>
  type === 'stock.method.v1' && data.lines!.some(({ valuation }) => valuation === 'average');

function stated(doc: Doc): Doc {
  const { type, data } = doc;
  if (!bringsIn.has(type) || data.party === 'supplier') return doc;
  const { reference: _, ...own } = data;
  const lines = data.lines!.map((line, index) =>
    (line.unitCost ?? line.amount) !== undefined || line.quantity!.startsWith('-')
      ? line
      : // Of what two lines count there is one cost.
        { ...line, unitCost: `${type === 'stock.count.v1' ? 3 : 3 + index}.5` },
  );
  return { ...doc, data: { ...own, lines } };
}

/** Documents of several lines as documents of one each, at the same instant; those that are named stay. */
export function split({ setting, docs }: History): { history: History; parts: number[] } {
  const named = new Set(docs.flatMap(namesIn));
  const numbers = new Map<string, number>();
  const groups = docs.map((doc): Doc[] => {
    const { document, lines = [] } = doc.data;
    if (doc.type === 'stock.cancel.v1') {
      const many = numbers.get(document!) ?? 0;
      const parts = Array.from({ length: many }, (_, index) => part(doc, index));
      return many === 0 ? [doc] : parts;
    }
    if (lines.length < 2 || document === undefined || named.has(document)) return [doc];
    if (addsUp(doc) || isShipment(doc)) return [doc];
    numbers.set(document, lines.length);
    return lines.map((line, index) => part(doc, index, { ...line, line: `${index + 1}` }));
  });
  return { history: { setting, docs: groups.flat() }, parts: groups.map(({ length }) => length) };
}

/** What one document shipped is a value of its own while it is under way. */
const isShipment = ({ data: { lines = [] } }: Doc): boolean =>
  lines.some(({ to }) => to === 'transit');

/** Whether lines count the same stock. */
function addsUp({ type, data: { lines = [] } }: Doc): boolean {
  const stock = lines.map(({ sku, location, lot, status, owner }) =>
    JSON.stringify([sku, location, lot, status, owner]),
  );
  return type === 'stock.count.v1' && new Set(stock).size < stock.length;
}

/** What a return takes back, and a landed cost bears on, is all that a document moved. */
const namesIn = ({ data }: Doc): string[] => [
  ...(data.reference === undefined ? [] : [data.reference]),
  ...(data.lines ?? []).flatMap(({ receipt }) => receipt ?? []),
];

function part({ data, ...doc }: Doc, index: number, line?: Line): Doc {
  const document = `${data.document}!${index + 1}`;
  return { ...doc, data: { ...data, document, ...(line ? { lines: [line] } : {}) } };
}

/** Number of the whole of which a document is a part. */
export const wholeOf = (text: string): string => text.replaceAll(/!\d+/g, '');
