/** What lists of parked records and dead letters, and work on all of a list, ask for. */
import { caseStates } from '../../parked/Cases.ts';
import type { DeadQuery } from '../../parked/DeadDesk.ts';
import type { ParkedQuery } from '../../parked/ParkedDesk.ts';
import { flow, type Parameter, type Values } from '../parameters.ts';

const textFilter = (name: string, about: string): Parameter => ({
  ...{ name, about, schema: { type: 'string', minLength: 1, maxLength: 256 } },
  problem: (value) =>
    value.length >= 1 && value.length <= 256 ? undefined : 'is not 1 to 256 characters',
});

const moment = (name: string, about: string): Parameter => ({
  ...{ name, about, schema: { type: 'string', format: 'date-time' } },
  problem: (value) =>
    /^\d{4}-\d\d-\d\d(T.*)?$/.test(value) && !Number.isNaN(Date.parse(value))
      ? undefined
      : 'is no day and no moment',
});

const states = [...caseStates, 'waiting'];
const ofBoth: readonly Parameter[] = [
  textFilter('code', 'Only what has this fault.'),
  textFilter('find', 'Only where this value stands in it: a business key, an order, a SKU.'),
  moment('since', 'Only from then on.'),
  moment('until', 'Only before.'),
  {
    name: 'state',
    about: 'Only in this state; waiting: open, assigned or on its way.',
    schema: { type: 'string', enum: states },
    problem: (value) => (states.includes(value) ? undefined : `is not ${states.join(', ')}`),
  },
];
export const ofParked: readonly Parameter[] = [
  flow,
  textFilter('field', 'Only where this field is at fault.'),
  textFilter('name', 'Only of this file or path.'),
  ...ofBoth,
];
export const ofDead: readonly Parameter[] = [flow, ...ofBoth];

/** What the values of a request ask for; those of no filter are left to others. */
export const askedOfParked = (values: Values): ParkedQuery => asked(values, ofParked);

export function askedOfDead(values: Values): DeadQuery {
  const { flow: to, ...rest } = asked(values, ofDead);
  return { ...rest, ...(to === undefined ? {} : { to }) } as DeadQuery;
}

function asked(values: Values, filters: readonly Parameter[]): Values {
  const said = filters.flatMap(({ name }): [string, string][] => {
    const value = values[name];
    if (value === undefined) return [];
    const isMoment = name === 'since' || name === 'until';
    return [[name, isMoment ? new Date(value).toISOString() : value]];
  });
  return Object.fromEntries(said);
}
