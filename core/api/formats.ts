/** One page of rows as JSON, CSV or XML, as the caller wishes. */
import type { Request, Response } from 'express';
import { StockbusError } from '../errors.ts';
import type { Codec, Paged, RecordValue } from '../ports.ts';
import type { Values } from './parameters.ts';

/** The codecs that answers can be written in, by name; csv and xml are asked for by callers. */
export type Writers = Readonly<Record<string, { contentType: string; codec: Codec }>>;

export type AnswerFormat = 'json' | 'csv' | 'xml';

const formatByType: Record<string, AnswerFormat> = {
  'application/json': 'json',
  'text/csv': 'csv',
  'application/xml': 'xml',
  'text/xml': 'xml',
};

/** `?format=` before the Accept header. Throws HTTP_NOT_ACCEPTABLE. */
export function formatFor(request: Request, values: Values): AnswerFormat {
  if (values.format !== undefined) return values.format as AnswerFormat;
  const type = request.accepts(Object.keys(formatByType));
  if (type) return formatByType[type]!;
  const asked = request.headers.accept ?? '';
  throw new StockbusError('HTTP_NOT_ACCEPTABLE', `'${asked.slice(0, 100)}' cannot be given`);
}

export interface List {
  page: Paged<RecordValue>;
  /** Fields of the rows, in their order. */
  fields?: readonly string[];
  /** What JSON says beside the rows. */
  facts?: Record<string, unknown>;
}

export function sendList(
  request: Request,
  response: Response,
  format: AnswerFormat,
  writers: Writers,
  { page, facts, fields }: List,
): void {
  response.vary('Accept');
  if (page.next !== undefined) response.links({ next: nextUrl(request, page.next) });
  if (format === 'json') {
    response.json({ ...facts, rows: page.rows, ...(page.next ? { next: page.next } : {}) });
    return;
  }
  const wanted = writers[format];
  if (!wanted) throw new StockbusError('HTTP_NOT_ACCEPTABLE', `${format} cannot be given here`);
  const writer = wanted.codec.writer!(fields);
  const text = writer.begin() + writer.write(page.rows) + writer.end();
  response.type(wanted.contentType).send(text);
}

/** The same request for the next page, relative to the server. */
function nextUrl(request: Request, next: string): string {
  const url = new URL(request.originalUrl, 'http://localhost');
  url.searchParams.set('after', next);
  return url.pathname + url.search;
}
