/** What commands about parked records and dead letters have in common: their filters, and how they write. */
import { type AskedState, caseStates } from '../parked/Cases.ts';
import type { WorkPace } from '../parked/overAll.ts';
import type { RecordValue } from '../ports.ts';
import { type Invocation, type OptionSpec, usageError } from './command.ts';

export const filterOptions = {
  code: { value: 'CODE', about: 'Only what has this fault.' },
  find: {
    value: 'TEXT',
    about: 'Only where this value stands in it: a business key, an order, a SKU, a document.',
  },
  since: { value: 'TIME', about: 'Only from this day or moment on.' },
  until: { value: 'TIME', about: 'Only before this day or moment.' },
  state: {
    value: 'STATE',
    about: 'Only in this state. Default: what waits for a person.',
    choices: [...caseStates, 'waiting', 'all'],
  },
} as const satisfies Record<string, OptionSpec>;

export const formatOption = {
  value: 'FORMAT',
  about: 'table, or json: a line for each. Default: table.',
  choices: ['table', 'json'],
} as const satisfies OptionSpec;

export const workOptions = {
  reason: { value: 'TEXT', about: 'Why it is dismissed.' },
  to: { value: 'WHO', about: 'To whom it is assigned.' },
  rate: {
    value: 'N',
    about: 'Of several: so many a minute are sent again. Default: one after another, at once.',
  },
  most: { value: 'N', about: 'Of several: no more than so many; the others wait.' },
  all: { about: 'All that wait, without any other filter.' },
} as const satisfies Record<string, OptionSpec>;

type Options = Invocation['options'];

/** Of a list: what waits, where nothing else is asked for. */
export function stateOf(
  { state: asked }: Options,
  usual: AskedState = 'waiting',
): AskedState | undefined {
  const state = asked ?? usual;
  return state === 'all' ? undefined : (state as AskedState);
}

/** A day is its first moment, in UTC. Throws CLI_USAGE. */
export function momentOf(options: Options, name: 'since' | 'until'): { [at: string]: string } {
  const text = options[name];
  if (text === undefined) return {};
  const time = /^\d{4}-\d\d-\d\d(T.*)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw usageError(
      `--${name} '${text}' is no moment`,
      'write 2026-03-31 or 2026-03-31T10:00:00Z',
    );
  }
  return { [name]: new Date(time).toISOString() };
}

/** Throws CLI_USAGE for what is no whole number above zero. */
export function paceOf(options: Options): WorkPace {
  const said = (['rate', 'most'] as const).flatMap((name): [string, number][] => {
    const text = options[name];
    if (text === undefined) return [];
    if (/^[1-9]\d{0,6}$/.test(text)) return [[name, Number(text)]];
    throw usageError(`--${name} '${text}' is no whole number above zero`);
  });
  return Object.fromEntries(said);
}

export const jsonLine = (row: RecordValue | object): string => JSON.stringify(row);

/** So that nobody works on all that there is by leaving something out. */
export function requireFilter(options: Options, names: readonly string[]): void {
  if (options.all !== undefined || names.some((name) => options[name] !== undefined)) return;
  throw usageError('an ID or a filter is missing', `write an ID, --${names.join(', --')} or --all`);
}

export function requireReason({ reason }: Options): string {
  if (reason !== undefined) return reason;
  throw usageError('--reason is missing', 'say why, for who comes after you');
}
