/** Why a text is not what a pattern of a message's schema allows, by what it is rather than by the pattern. */

export interface AgainstPattern {
  /** `is below zero` */
  what: string;
  todo?: string;
}

export function againstPattern(pattern: string, data: unknown): AgainstPattern {
  if (pattern.includes('[A-Z]{3}')) return { what: 'is not an ISO 4217 currency such as EUR' };
  if (!pattern.includes('[0-9]')) return { what: `does not match ${pattern}` };
  if (pattern.includes('/'))
    return { what: 'is not a whole number or a fraction, such as 12 or 1/1000' };
  const [before, after] = [...pattern.matchAll(/\{1,(\d+)\}/g)].map(([, digits]) => digits);
  const sign = pattern.includes('-?');
  const text = String(data);
  const [, minus, whole, fraction] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole !== undefined) {
    if (minus === '-' && !sign) return { what: 'is below zero', todo: BELOW };
    if (after !== undefined && fraction !== undefined && fraction.length > parseInt(after, 10))
      return { what: `has more than ${after} digits after the point`, todo: ROUND };
    if (before !== undefined && whole.length > parseInt(before, 10))
      return { what: `has more than ${before} digits before the point` };
  }
  if (after !== undefined && /^[-+]?\d[\d.,' \u00a0]*[\d-]$/.test(text))
    return { what: 'is not a number as messages write it', todo: MARK };
  if (after === undefined) return { what: `is not a whole number of at most ${before} digits` };
  const bound = sign ? '' : ' of zero or more';
  return {
    what: `is not a decimal number${bound} with at most ${before} digits before and ${after} after the point`,
  };
}

const BELOW =
  'Where the sign says the direction, decide by it which message it is (`when: $isNegative(…)` in `to`) and write $abs(…); else have the sender correct it.';
const ROUND = 'Round it in the flow, such as by $multiply(field, "1"), which keeps six.';
const MARK = 'Say how it is written: $decimal(field, ",") or $decimal(field, ".").';
