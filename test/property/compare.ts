/** What the books say, and what the oracle says, in the same words, so that they can be compared. */
import { formatDecimal, formatFixed } from '../../core/decimal.ts';
import type { CostLayer, LedgerEntry } from '../../core/ledger.ts';
import { isOutside } from '../../core/ledger.ts';
import { type Books, KEPT_SHORTAGES } from './Books.ts';
import type { Doc, Setting } from './documents.ts';
import type { Truth } from './oracle.ts';
import { truthOf } from './oracle.ts';

const all = { limit: 100_000 };

/** One line for each figure that is not zero, sorted. */
export interface Said {
  balances: string[];
  pools: string[];
  layers: string[];
  accounts: string[];
  values: string[];
}

const lines = (figures: Iterable<[string, bigint]>, digits: number): string[] =>
  [...figures]
    .filter(([, figure]) => figure !== 0n)
    .map(([name, figure]) => `${name}: ${formatFixed(figure, digits)}`)
    .sort();

const stockText = (name: string, quantity: bigint, value: bigint, digits: number): string =>
  `${name}: ${formatDecimal(quantity)} worth ${formatFixed(value, digits)}`;

/** Of a date, where one is given: then without layers, which are those of now. */
export async function saidBy(books: Books, asOf?: string, knownAt?: string): Promise<Said> {
  const { store, setting } = books;
  const digits = setting.minorDigits;
  const clocks = {
    ...(asOf === undefined ? {} : { asOf }),
    ...(knownAt === undefined ? {} : { knownAt }),
  };
  const { rows: balances } = await store.stock(clocks, all);
  const { rows: pools } = await store.valuation(clocks, all);
  const { rows: entries } = await store.ledger(clocks, all);
  const layers = Object.keys(clocks).length > 0 ? [] : (await store.layers(all)).rows;
  return {
    balances: balances
      .filter(({ onHand }) => onHand !== 0n)
      .map(({ sku, place, lot, status, owner, onHand }) => {
        return `${[sku, place, lot, status, owner].join('|')}: ${formatDecimal(onHand)}`;
      })
      .sort(),
    pools: pools
      .filter(({ quantity, value }) => quantity !== 0n || value !== 0n)
      .map(({ sku, pool, quantity, value }) => stockText(`${sku}|${pool}`, quantity, value, digits))
      .sort(),
    layers: layerTexts(layers, digits),
    accounts: lines(accountsOf(entries), digits),
    values: lines(valuesOf(entries), digits),
  };
}

function layerTexts(layers: readonly CostLayer[], digits: number): string[] {
  return [...Map.groupBy(layers, ({ sku, pool }) => `${sku}|${pool}`)]
    .map(([name, ofPool]) => {
      const parts = ofPool.map(({ quantity, value, since, lot }) =>
        layerText(quantity, value, quantity < 0n ? '' : since, lot, digits),
      );
      return { name, parts };
    })
    .filter(({ parts }) => !isManyShort(parts))
    .map(({ name, parts }) => `${name}: ${inOrder(parts).join(', ')}`)
    .sort();
}

/** Of a pool that is short of more than are kept the store does not say which. */
const isManyShort = (parts: readonly string[]): boolean =>
  parts.length > KEPT_SHORTAGES &&
  parts.every((part) => part.startsWith('-') && !part.includes(' lot '));

/** In the order of the queue; lots have none, neither have goods under way beside what waits for others. */
const inOrder = (parts: string[]): string[] =>
  parts.some((part) => part.includes(' lot ')) || new Set(parts.map(isShort)).size > 1
    ? parts.sort()
    : parts;
const isShort = (part: string): boolean => part.startsWith('-');

const layerText = (
  quantity: bigint,
  value: bigint,
  since: string,
  lot: string,
  digits: number,
): string =>
  `${formatDecimal(quantity)} @ ${formatFixed(value, digits)}${since && ` of ${since}`}${lot && ` lot ${lot}`}`;

/** Value that went to places outside and has not come back. Variances count as adjusted. */
function accountsOf(entries: readonly LedgerEntry[]): Map<string, bigint> {
  const accounts = new Map<string, bigint>();
  const add = (sku: string, place: string, value: bigint): void => {
    const key = `${sku}|${isOutside(place) ? place : 'adjustment'}`;
    accounts.set(key, (accounts.get(key) ?? 0n) + value);
  };
  for (const { sku, from, to, fromPool, toPool, value } of entries) {
    if (fromPool === '') add(sku, from, -value);
    if (toPool === '') add(sku, to, value);
  }
  return accounts;
}

/** What each line of a document was valued at in the end, along its own way. */
function valuesOf(entries: readonly LedgerEntry[]): Map<string, bigint> {
  const bySku = Map.groupBy(entries, ({ sku }) => sku);
  const values = new Map<string, bigint>();
  for (const [sku, ofSku] of bySku) {
    const facts = new Map(ofSku.map((entry) => [entry.seq, entry]));
    for (const { kind, corrects, by, value, from, to, fromPool, toPool, seq } of ofSku) {
      const fact = facts.get(corrects ?? seq)!;
      if (!['opening', 'receive', 'issue', 'return', 'transfer', 'adjust'].includes(fact.kind))
        continue;
      if (corrects !== by) continue;
      const isSame = fact.from === from && fact.to === to && fact.toPool === toPool;
      const isBack =
        kind === 'cancel' && fact.from === to && fact.to === from && fact.toPool === fromPool;
      if (!isSame && !isBack) continue;
      const key = `${fact.document}/${fact.line} ${sku}`;
      values.set(key, (values.get(key) ?? 0n) + (isSame ? value : -value));
    }
  }
  return values;
}

export function saidByOracle(setting: Setting, docs: readonly Doc[], asOf?: string): Said {
  return textOf(truthOf(setting, docs, asOf), setting, docs, asOf !== undefined);
}

function textOf(truth: Truth, setting: Setting, docs: readonly Doc[], isPast: boolean): Said {
  const digits = setting.minorDigits;
  const pools = [...truth.pools].filter(([, pool]) => pool.quantity !== 0n || pool.value !== 0n);
  const accounts = new Map<string, bigint>();
  const places: Record<string, string> = { landed: 'supplier', variance: 'adjustment' };
  for (const [key, value] of truth.accounts) {
    const [sku, place = ''] = key.split('|');
    const name = `${sku}|${places[place] ?? place}`;
    accounts.set(name, (accounts.get(name) ?? 0n) + value);
  }
  return {
    balances: [...truth.balances].map(([key, onHand]) => `${key}: ${formatDecimal(onHand)}`).sort(),
    pools: pools
      .map(([name, { quantity, value }]) => stockText(name, quantity, value, digits))
      .sort(),
    layers: isPast ? [] : layersOf(truth, digits),
    accounts: lines(accounts, digits),
    values: lines(namedValues(truth, docs), digits),
  };
}

function layersOf({ pools }: Truth, digits: number): string[] {
  return [...pools]
    .map(([name, { layers, shorts }]) => {
      const parts = [
        ...shorts.map((short) => layerText(-short.quantity, -short.value, '', short.lot, digits)),
        ...layers.map(({ quantity, value, since, lot }) =>
          layerText(quantity, value, since, lot, digits),
        ),
      ];
      return { name, parts: inOrder(parts) };
    })
    .filter(({ parts }) => parts.length > 0 && !isManyShort(parts))
    .map(({ name, parts }) => `${name}: ${parts.join(', ')}`)
    .sort();
}

/** Counts and what was produced are compared by pools and accounts alone. */
function namedValues({ values }: Truth, docs: readonly Doc[]): Map<string, bigint> {
  const named = new Map<string, bigint>();
  for (const { type, data } of docs) {
    if (!/opening|receive|issue|return|transfer|adjust|commit/.test(type)) continue;
    const document = data.document ?? data.reservation;
    const held = docs.find((doc) => doc.data.reservation === data.reservation);
    const sku = (type === 'reservation.commit.v1' ? held : { data })?.data.lines?.[0]?.sku ?? '';
    for (const [index, line] of (data.lines ?? [{}]).entries()) {
      const value = values.get(`${document}/${index + 1}`);
      if (value !== undefined) named.set(`${document}/${index + 1} ${line.sku ?? sku}`, value);
    }
  }
  return named;
}
