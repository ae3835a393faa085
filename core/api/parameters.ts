/** Query parameters: declared once, read strictly, shown in the OpenAPI document. */
import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Page } from '../ports.ts';
import { type JsonSchema, suggestion } from '../spec.ts';

export interface Parameter {
  about: string;
  schema: JsonSchema;
  /** What is wrong with a value, if anything. */
  problem?(value: string): string | undefined;
}

const filter = (about: string): Parameter => ({
  about,
  schema: { type: 'string', minLength: 1, maxLength: 256 },
  problem: (value) =>
    value.length >= 1 && value.length <= 256 ? undefined : 'is not 1 to 256 characters',
});

const INSTANT =
  /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

export const parameters = {
  sku: filter('Only this SKU.'),
  location: filter('Only this place; virtual places are shown only when they are asked for.'),
  document: filter('Only entries of this document.'),
  flow: filter('Only records of this flow.'),
  asOf: {
    about:
      'Business time up to which movements count: a date (its whole day, UTC) or RFC 3339. Now when left out.',
    schema: { type: 'string', examples: ['2026-03-31', '2026-03-31T18:00:00Z'] },
    problem: (value) =>
      INSTANT.test(value) && isRealDate(value)
        ? undefined
        : 'is neither a date such as 2026-03-31 nor a time such as 2026-03-31T18:00:00Z',
  },
  after: {
    about: '`next` of the page before.',
    schema: { type: 'string' },
  },
  limit: {
    about: 'Rows of a page, at most.',
    schema: {
      type: 'integer',
      minimum: 1,
      maximum: limits.pageRows,
      default: limits.pageRowsDefault,
    },
    problem: (value) => {
      const rows = /^\d{1,6}$/.test(value) ? parseInt(value, 10) : 0;
      const good = rows >= 1 && rows <= limits.pageRows;
      return good ? undefined : `is not a number from 1 to ${limits.pageRows}`;
    },
  },
  format: {
    about: 'Format of the answer; the same as the Accept header, and before it.',
    schema: { type: 'string', enum: ['json', 'csv', 'xml'] },
    problem: (value) =>
      ['json', 'csv', 'xml'].includes(value) ? undefined : 'is not json, csv or xml',
  },
} as const satisfies Record<string, Parameter>;

export type ParameterName = keyof typeof parameters;
export type Values = Partial<Record<ParameterName, string>>;

/** 31 June passes any pattern, and `Date` makes it 1 July. */
function isRealDate(text: string): boolean {
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text.slice(0, 10)) {
    return false;
  }
  return !Number.isNaN(Date.parse(text));
}

/** The values of a request. Throws HTTP_BAD_REQUEST, with the nearest name for an unknown one. */
export function readParameters(url: string, known: readonly ParameterName[]): Values {
  const values: Values = {};
  for (const [name, value] of new URL(url, 'http://localhost').searchParams) {
    if (!isKnown(name, known)) {
      const todo = known.length === 0 ? 'Leave it out.' : suggestion(name, known);
      throw badRequest(name, `'${name}' is not a parameter of this address`, todo);
    }
    if (values[name] !== undefined) throw badRequest(name, `'${name}' is given twice`);
    const parameter: Parameter = parameters[name];
    const problem = parameter.problem?.(value);
    if (problem) throw badRequest(name, `'${name}' ${problem}`);
    values[name] = value;
  }
  return values;
}

const isKnown = (name: string, known: readonly ParameterName[]): name is ParameterName =>
  (known as readonly string[]).includes(name);

function badRequest(field: string, message: string, todo?: string): StockbusError {
  return new StockbusError('HTTP_BAD_REQUEST', message, { field }, todo ? { todo } : {});
}

export function pageOfValues({ after, limit }: Values): Page {
  const rows = limit === undefined ? limits.pageRowsDefault : parseInt(limit, 10);
  return after === undefined ? { limit: rows } : { limit: rows, after };
}
