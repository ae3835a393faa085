/** Rows in the format that the caller wishes: a page of them as text, or a file with all of them. */
import type { Request, Response } from 'express';
import { StockbusError } from '../errors.ts';
import type { Codec, FieldKind, Paged, RecordValue } from '../ports.ts';
import type { Time } from '../runtime.ts';
import { type AnswerFormat, answerFormats, type Values } from './parameters.ts';
import { type FileFormat, sendFile } from './sendFile.ts';

export interface Writer extends FileFormat {
  codec: Codec;
}

/** The codecs that answers can be written in, by name; all but JSON are asked for by callers. */
export type Writers = Readonly<Record<string, Writer>>;

const fileTypes: Readonly<Record<string, AnswerFormat>> = {
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.apache.parquet': 'parquet',
};

/** Of the OpenAPI document. */
export const fileContents = Object.fromEntries(
  Object.keys(fileTypes).map((type) => [type, { schema: { type: 'string', format: 'binary' } }]),
);

const formatByType: Readonly<Record<string, AnswerFormat>> = {
  'application/json': 'json',
  'text/csv': 'csv',
  'application/xml': 'xml',
  'text/xml': 'xml',
  ...fileTypes,
};

/** `?format=` before the Accept header. Throws HTTP_NOT_ACCEPTABLE. */
export function formatFor(request: Request, { format }: Values): AnswerFormat {
  const named = answerFormats.find((one) => one === format);
  if (named) return named;
  const type = request.accepts(Object.keys(formatByType));
  if (type) return formatByType[type]!;
  const asked = request.headers.accept ?? '';
  throw new StockbusError('HTTP_NOT_ACCEPTABLE', `'${asked.slice(0, 100)}' cannot be given`);
}

export interface List {
  page: Paged<RecordValue>;
  /** Fields of the rows, in their order. */
  fields?: readonly string[];
  /** What they are, for formats that have types. */
  kinds?: Readonly<Record<string, FieldKind>>;
  /** What JSON says beside the rows. */
  facts?: Record<string, unknown>;
}

/** How an answer is written. */
export interface WrittenBy {
  writers: Writers;
  runtime: Time;
}

export async function sendList(
  request: Request,
  response: Response,
  format: AnswerFormat,
  { writers, runtime }: WrittenBy,
  { page, facts, fields, kinds = {} }: List,
): Promise<void> {
  response.vary('Accept');
  if (page.next !== undefined) response.links({ next: nextUrl(request, page.next) });
  if (format === 'json') {
    response.json({ ...facts, rows: page.rows, ...(page.next ? { next: page.next } : {}) });
    return;
  }
  const wanted = writerOf(writers, format);
  const writer = wanted.codec.writer?.(fields);
  if (!writer) {
    const body = wanted.codec.payload!([page.rows], fields, { kinds });
    return sendFile(request, response, wanted, body, runtime);
  }
  const text = writer.begin() + writer.write(page.rows) + writer.end();
  response.type(wanted.contentType).send(text);
}

export function writerOf(writers: Writers, format: AnswerFormat): Writer {
  const wanted = writers[format];
  if (!wanted) throw new StockbusError('HTTP_NOT_ACCEPTABLE', `${format} cannot be given here`);
  return wanted;
}

/** The same request for the next page, relative to the server. */
function nextUrl(request: Request, next: string): string {
  const url = new URL(request.originalUrl, 'http://localhost');
  url.searchParams.set('after', next);
  return url.pathname + url.search;
}
