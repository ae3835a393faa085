/** Query parameters: declared once, read strictly, shown in the OpenAPI document. */
import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Page } from '../ports.ts';
import type { ReportParameter } from '../reports/parameters.ts';
import { type JsonSchema, suggestion } from '../spec.ts';

export interface Parameter {
  name: string;
  about: string;
  schema: JsonSchema;
  /** Nothing is answered without it. */
  required?: true;
  /** What is wrong with a value, if anything. */
  problem?(value: string): string | undefined;
}

/** A parameter of a report; its value is read again when the query is made of it. */
export const parameterOf = ({ name, about, schema, shape, read }: ReportParameter): Parameter => ({
  ...{ name, about, schema },
  problem: (value) => (read(value) === undefined ? `is not ${shape}` : undefined),
});

export const flow: Parameter = {
  name: 'flow',
  about: 'Only records of this flow.',
  schema: { type: 'string', minLength: 1, maxLength: 256 },
  problem: (value) =>
    value.length >= 1 && value.length <= 256 ? undefined : 'is not 1 to 256 characters',
};

export const answerFormats = ['json', 'csv', 'xml', 'xlsx', 'parquet'] as const;
export type AnswerFormat = (typeof answerFormats)[number];

/** Of every list. */
export const paging: readonly Parameter[] = [
  {
    name: 'after',
    about: '`next` of the page before.',
    schema: { type: 'string', minLength: 1 },
  },
  {
    name: 'limit',
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
  {
    name: 'format',
    about: 'Format of the answer; the same as the Accept header, and before it.',
    schema: { type: 'string', enum: answerFormats },
    problem: (value) =>
      answerFormats.some((one) => one === value)
        ? undefined
        : `is not one of ${answerFormats.join(', ')}`,
  },
];

/** Values by name of the parameter. */
export type Values = Partial<Record<string, string>>;

/** The values of a request. Throws HTTP_BAD_REQUEST, with the nearest name for an unknown one. */
export function readParameters(url: string, known: readonly Parameter[]): Values {
  const values = new Map<string, string>();
  for (const [name, value] of new URL(url, 'http://localhost').searchParams) {
    const parameter = known.find((one) => one.name === name);
    if (!parameter) {
      const names = known.map((one) => one.name);
      const todo = names.length === 0 ? 'Leave it out.' : suggestion(name, names);
      throw badRequest(name, `'${name}' is not a parameter of this address`, todo);
    }
    if (values.has(name)) throw badRequest(name, `'${name}' is given twice`);
    const problem = parameter.problem?.(value);
    if (problem) throw badRequest(name, `'${name}' ${problem}`);
    values.set(name, value);
  }
  const missing = known.find(({ name, required }) => required && !values.has(name));
  if (missing) throw badRequest(missing.name, `'${missing.name}' is missing`, missing.about);
  return Object.fromEntries(values);
}

function badRequest(field: string, message: string, todo?: string): StockbusError {
  return new StockbusError('HTTP_BAD_REQUEST', message, { field }, todo ? { todo } : {});
}

export function pageOfValues({ after, limit }: Values): Page {
  const rows = limit === undefined ? limits.pageRowsDefault : parseInt(limit, 10);
  return after === undefined ? { limit: rows } : { limit: rows, after };
}
