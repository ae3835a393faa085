/** What goes through a flow out of the hub that is only tried. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { StockbusError } from '../errors.ts';
import type { ReportFlow, SubscriptionFlow } from '../flow/compiledFlow.ts';
import type { AskedRecords } from '../flow/test/TriedPayload.ts';
import { openBooks } from '../hub/openBooks.ts';
import type { Envelope } from '../message.ts';
import type { RecordValue } from '../ports.ts';
import { queryRows } from '../query.ts';
import { type Runtime, systemTime } from '../runtime.ts';
import { isObject } from '../spec.ts';
import type { Invocation } from './command.ts';

/** Events as they are, or only their data: then they are events of the flow's first type. */
export async function eventsToTry(
  { topics }: SubscriptionFlow,
  path: string,
  runtime: Runtime,
): Promise<Envelope[]> {
  const time = new Date(runtime.now()).toISOString();
  const given = await jsonOfFile(path);
  return given.map((one, index) => {
    if (typeof one.type === 'string' && isObject(one.data)) return one as unknown as Envelope;
    return {
      specversion: '1.0',
      id: `try-${index + 1}`,
      source: '/stockbus/ledger',
      type: topics[0]!,
      time,
      datacontenttype: 'application/json',
      data: one as unknown as Envelope['data'],
    };
  });
}

/** Rows that are asked of the books when only some records are wanted. */
const ROWS = 1_000;

/** Rows of a file, or of the query as the books answer it now. */
export async function rowsToTry(
  { queryAt }: ReportFlow,
  path: string | undefined,
  { folder, env }: Invocation,
  asked: AskedRecords,
): Promise<RecordValue[]> {
  if (path !== undefined) return jsonOfFile(path);
  const { store, config, close } = await openBooks(folder, env);
  try {
    const rows: RecordValue[] = [];
    const most = Math.max(ROWS, asked.last);
    for await (const page of queryRows(
      store,
      config.stock,
      queryAt(systemTime.now()),
      systemTime,
    )) {
      rows.push(...page);
      if (rows.length >= most) break;
    }
    return rows;
  } finally {
    await close();
  }
}

/** A list, one object, or an object in each line. */
async function jsonOfFile(path: string): Promise<RecordValue[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const what = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code})`;
    throw new StockbusError('FILE_UNREADABLE', `'${path}' ${what}`, undefined, { cause: error });
  });
  const value =
    parsed(text) ??
    text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(parsed);
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.every(isObject)) return [...list];
  const message = 'the file is no JSON with objects: neither a list of them nor one in each line';
  throw new StockbusError(
    'JSON_NOT_RECORDS',
    message,
    { file: basename(path) },
    {
      todo: 'write events, their data, or rows as JSON',
    },
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
