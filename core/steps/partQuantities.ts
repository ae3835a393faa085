/** What the parts of something say that they are, held against what the whole is. */
import { formatDecimal, type Micro, parseDecimal } from '../decimal.ts';
import { StockbusError } from '../errors.ts';
import type { RecordValue } from '../ports.ts';
import { asText } from './asText.ts';

/** The expressions, as messages name them. */
interface Said {
  path: string;
  sum?: string | undefined;
}

/**
 * The quantity of each part, as it says it. With a sum they must add up to it, exactly; then one part may
 * say none, and has what the others leave.
 */
export function partQuantities(parts: unknown, sum: unknown, said: Said): (string | undefined)[] {
  const quantities = (parts as readonly RecordValue[]).map(({ quantity }) =>
    quantityText(quantity),
  );
  if (said.sum === undefined) return quantities;
  const whole = wholeOf(sum, said.sum);
  const given = quantities.reduce(
    (total, text, index) =>
      text === undefined ? total : total + microOf(text, nameOf(said, index)),
    0n,
  );
  const open = quantities.filter((text) => text === undefined).length;
  if (open > 1) throw differs(`${open} parts of '${said.path}' say no quantity`, ONE_MAY);
  const rest = whole - given;
  if (open === 1 && rest > 0n) return quantities.map((text) => text ?? formatDecimal(rest));
  if (open === 0 && rest === 0n) return quantities;
  throw differs(
    `the parts of '${said.path}' add up to ${formatDecimal(given)}, and '${said.sum}' is ${formatDecimal(whole)}`,
  );
}

/** Of what is its only part. */
export function wholeQuantity(sum: unknown, { sum: name }: Said): { quantity?: string } {
  return name === undefined ? {} : { quantity: formatDecimal(wholeOf(sum, name)) };
}

const ONE_MAY = 'have the sender say it of all of them but one, at least';

function wholeOf(sum: unknown, name: string): Micro {
  const text = quantityText(sum);
  if (text === undefined) throw differs(`'${name}' gives nothing that the parts could add up to`);
  return microOf(text, `'${name}'`);
}

function quantityText(value: unknown): string | undefined {
  const text = asText(value, 'the quantity').trim();
  return text === '' ? undefined : text;
}

const nameOf = ({ path }: Said, index: number): string =>
  `the quantity of element ${index + 1} of '${path}'`;

function microOf(text: string, what: string): Micro {
  const micro = parseDecimal(text);
  if (typeof micro === 'bigint') return micro;
  const why =
    micro === 'not_a_decimal'
      ? 'is not a decimal number'
      : micro === 'too_many_digits'
        ? 'has more than six decimals'
        : 'is too large';
  throw new StockbusError('EXPR_NOT_DECIMAL', `${what} is '${text.slice(0, 60)}', which ${why}`);
}

const differs = (message: string, todo?: string): StockbusError =>
  new StockbusError('SPLIT_SUM_DIFFERS', message, undefined, todo === undefined ? {} : { todo });
