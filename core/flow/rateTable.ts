/** Rates of foreign currencies: a CSV file beside config/hub.yaml. */
import Papa from 'papaparse';
import { parseDecimal } from '../decimal.ts';
import type { Fault } from '../errors.ts';
import { suggestion } from '../spec.ts';
import type { Rate, StockPolicy } from '../stock/policy.ts';
import { isDay } from '../zone.ts';
import { readConfigText } from './configText.ts';

/** Decimals of a rate, as the policy has it. */
const RATE_DIGITS = 12;

const COLUMNS = ['currency', 'from', 'rate'] as const;
const TODO = 'Write rows of currency, first day and rate, such as USD,2026-03-31,0.9251.';

type Row = Record<(typeof COLUMNS)[number], string>;

/** The rates, oldest first; undefined when there is no such file. What is wrong goes to `faults`. */
export async function loadRates(
  folder: string,
  name: string,
  valuation: string,
  faults: Fault[],
): Promise<StockPolicy['rates'] | undefined> {
  const file = `config/${name}`;
  const before = faults.length;
  const text = await readConfigText(folder, file, faults);
  if (text !== undefined) return parseRates(file, text, valuation, faults);
  return faults.length > before ? {} : undefined;
}

export function parseRates(
  file: string,
  text: string,
  valuation: string,
  faults: Fault[],
): StockPolicy['rates'] {
  const refuse = (line: number, message: string, todo = TODO): void => {
    faults.push({ code: 'TABLE_BAD', message, todo, at: { file, line, column: 1 } });
  };
  // Empty lines are kept while counting, so that a fault names the line of the file.
  const { data, errors } = Papa.parse<string[]>(text);
  const quote = errors.find((error) => error.type === 'Quotes');
  if (quote) refuse((quote.row ?? 0) + 1, 'a quote is opened and never closed');
  const [header = [], ...rows] = data;
  const names = header.map((cell) => cell.trim());
  for (const column of COLUMNS) {
    if (names.includes(column)) continue;
    refuse(1, `the table has no column '${column}'`, `its columns are ${names.join(', ')}`);
  }
  for (const name of names) {
    if ((COLUMNS as readonly string[]).includes(name)) continue;
    refuse(1, `'${name}' is not a column of rates`, suggestion(name, COLUMNS));
  }
  if (faults.some((fault) => fault.at?.file === file)) return {};
  const rates = new Map<string, Map<string, Rate>>();
  rows.forEach((cells, index) => {
    if (cells.every((cell) => cell.trim() === '')) return;
    const row = Object.fromEntries(
      names.map((name, column) => [name, (cells[column] ?? '').trim()]),
    ) as Row;
    const wrong = addRow(row, valuation, rates);
    if (wrong !== undefined) refuse(index + 2, wrong);
  });
  return Object.fromEntries(
    [...rates].map(([currency, byDay]) => [
      currency,
      [...byDay.values()].sort((one, other) => (one.from < other.from ? -1 : 1)),
    ]),
  );
}

/** What is wrong with the row, or undefined when it was added. */
function addRow(
  { currency, from, rate }: Row,
  valuation: string,
  rates: Map<string, Map<string, Rate>>,
): string | undefined {
  if (!/^[A-Z]{3}$/.test(currency)) return `'${currency}' is not an ISO 4217 code such as USD`;
  if (currency === valuation) return `${currency} is the currency of the valuation itself`;
  if (!isDay(from))
    return /^\d{4}-\d{2}-\d{2}$/.test(from)
      ? `there is no day '${from}'`
      : `'${from}' is not a day such as 2026-03-31`;
  const exact = parseDecimal(rate, RATE_DIGITS);
  if (typeof exact !== 'bigint' || exact <= 0n) {
    return `'${rate}' is not a rate above zero with at most ${RATE_DIGITS} decimals`;
  }
  const byDay = rates.get(currency) ?? new Map<string, Rate>();
  if (byDay.has(from)) return `${currency} has two rates from ${from} on`;
  rates.set(currency, byDay.set(from, { from, rate: exact }));
  return undefined;
}
