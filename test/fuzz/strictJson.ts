import { isObject } from '../../core/spec.ts';

/**
 * The records of a JSON document by JSON.parse: undefined where it is malformed or holds what is no
 * record, `unsaid` where JSON.parse says nothing of what Stockbus refuses besides.
 */
export function strictJson(text: string): unknown[] | 'unsaid' | undefined {
  const whole = text.replace(/^\ufeff/, '');
  let parsed: unknown;
  let members = 0;
  try {
    JSON.parse(whole, (_key, value) => {
      if (isObject(value)) members += Object.keys(value).length;
      return value;
    });
    parsed = JSON.parse(whole, ((_key: string, value: unknown, { source }: { source?: string }) =>
      typeof value === 'number' ? exact(value, source!) : value) as never);
  } catch {
    return undefined;
  }
  const outside = whole.replace(/"(?:[^"\\]|\\.)*"/g, '');
  const written = outside.split(':').length - 1;
  if (written !== members || !JSON.stringify(parsed).isWellFormed()) return 'unsaid';
  if (/\\u[dD][89a-fA-F]/.test(whole)) return 'unsaid';
  const records = Array.isArray(parsed) ? parsed : [parsed];
  return records.every(isObject) ? records : undefined;
}

/** A double that says the same, in plain digits, as the text does; else the text. */
function exact(value: number, source: string): number | string {
  const shown = String(value);
  if (source.length > 64 || shown.includes('e')) return source;
  const [one, other] = [scaled(shown), scaled(source)];
  if (one === undefined || other === undefined) return source;
  const power = Math.max(one.power, other.power);
  const same =
    one.digits * 10n ** BigInt(power - one.power) ===
    other.digits * 10n ** BigInt(power - other.power);
  return same ? value : source;
}

/** digits × 10^-power; undefined where the exponent is absurd. */
function scaled(text: string): { digits: bigint; power: number } | undefined {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const power = fraction.length - Number(exponent);
  if (Math.abs(power) > 1_000) return undefined;
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  return power >= 0 ? { digits, power } : { digits: digits * 10n ** BigInt(-power), power: 0 };
}
