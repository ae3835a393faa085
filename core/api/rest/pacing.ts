/** How much of what a filter finds is worked on in one call, and how fast. */
import type { Response } from 'express';
import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { WorkPace } from '../../parked/overAll.ts';
import type { Parameter, Values } from '../parameters.ts';

const whole = (name: 'rate' | 'most', about: string, more: object): Parameter => ({
  ...{ name, about, schema: { type: 'integer', minimum: 1, ...more } },
  problem: (value) =>
    /^[1-9]\d{0,6}$/.test(value) ? undefined : 'is not a whole number above zero',
});

export const pacing: readonly Parameter[] = [
  whole('rate', 'So many a minute. Left out: one after another, at once.', {}),
  whole('most', 'No more than so many; the others are left for the next call.', {
    maximum: limits.workAtOnce,
    default: limits.workAtOnce,
  }),
  {
    name: 'all',
    about: 'All that wait, without any other filter.',
    schema: { const: 'true' },
    problem: (value) => (value === 'true' ? undefined : 'is not true'),
  },
];

export function goneWith(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return gone.signal;
}

/** Throws HTTP_BAD_REQUEST for what would take longer than a caller waits. */
export function pacedBy({
  rate,
  most = String(limits.workAtOnce),
}: Values): WorkPace & { most: number } {
  const pace = { most: Number(most), ...(rate === undefined ? {} : { rate: Number(rate) }) };
  const takesMs = pace.rate === undefined ? 0 : ((pace.most - 1) * 60_000) / pace.rate;
  if (pace.most > limits.workAtOnce) throw refused('most', `is more than ${limits.workAtOnce}`);
  if (takesMs <= limits.workMs) return pace;
  const atOnce = Math.floor((limits.workMs / 60_000) * pace.rate!);
  throw refused('most', `of so many that rate takes too long: at most ${atOnce}, again and again`);
}

/** So that nobody works on all that there is by leaving something out. */
export function refuseUnfiltered({ rate: _, most: __, state: ___, ...filters }: Values): void {
  if (Object.keys(filters).length === 0) throw refused('all', 'or a filter is missing');
}

const refused = (field: string, message: string): StockbusError =>
  new StockbusError('HTTP_BAD_REQUEST', `'${field}' ${message}`, { field });
