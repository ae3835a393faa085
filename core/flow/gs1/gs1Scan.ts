/** `$gs1`: a scan as an object by AI. */
import { decimalOfDigits } from '../../decimal.ts';
import { type Ai, aiOf } from './aiTable.ts';
import { elementValue } from './elementValue.ts';
import { gs1Fault } from './gs1Fault.ts';
import { gs1Text } from './gs1Keys.ts';
import { scannedElements } from './scannedElements.ts';

/** Measures and amounts, whose AI ends with how many decimals they have. */
const DECIMALS = /^(?:3[1-6]\d|39[0-5])(\d)$/;
/** Amounts that begin with the number of their currency. */
const IN_CURRENCY = /^39[13]/;

/**
 * Every element as checked text. Numbers that have decimals stand under their AI and, as the standard
 * writes it for all of them, with `n` for its last digit (`310n`).
 */
export function gs1Scan(scan: unknown): Record<string, string> | undefined {
  const text = gs1Text(scan);
  if (text === undefined) return undefined;
  const found: Record<string, string> = {};
  for (const [ai, raw] of Object.entries(scannedElements(text))) {
    const row = aiOf(ai);
    if (!row) throw gs1Fault('GS1_BAD_ELEMENT', `(${ai}) is no AI of GS1`);
    const value = elementValue(row, raw);
    const [, decimals] = DECIMALS.exec(ai) ?? [];
    if (decimals === undefined) found[ai] = value;
    else putDecimal(found, row, value, Number(decimals));
  }
  return found;
}

function putDecimal(
  found: Record<string, string>,
  { ai }: Ai,
  value: string,
  decimals: number,
): void {
  const inCurrency = IN_CURRENCY.test(ai);
  if (inCurrency) found.currency = value.slice(0, 3);
  const digits = (inCurrency ? value.slice(3) : value).replace(/^0+(?=\d)/, '');
  const number = decimalOfDigits(digits, decimals);
  found[ai] = number;
  found[`${ai.slice(0, 3)}n`] = number;
}
