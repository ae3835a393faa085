/** Corrected content of a parked record, and what of it is another than before. */
import { StockbusError } from '../errors.ts';
import { exceedsDocument } from '../intake/parkedContent.ts';
import type { RefusedContent } from '../intake/parkRefused.ts';
import { limits } from '../limits.ts';
import type { ParkedRecord } from '../message.ts';
import type { RecordValue, SourceRecord } from '../ports.ts';
import { isObject } from '../spec.ts';
import type { FieldChange } from './Cases.ts';

/** A member of a parked record, as `parkedContent` wrote it. */
export type ParkedMember = Pick<SourceRecord, 'file' | 'record' | 'line' | 'raw'> & {
  value?: RecordValue;
  /** Only the beginning of it is kept. */
  tooLarge?: boolean;
};

export interface Edits {
  /** Fields by their paths (`Whse`, `lines[0].sku`, `[1].Qty`) and what is to stand there; undefined: nothing. */
  set: readonly (readonly [path: string, value: string | undefined])[];
  /** In place of the whole record: of several rows, a list of them. */
  value?: unknown;
}

/** Rows as they were read, or the data of the message: what a person corrects. */
export function valuesOf({ stage, content }: Pick<ParkedRecord, 'stage' | 'content'>): unknown[] {
  const parsed: unknown = JSON.parse(content);
  if (stage === 'apply') return [(parsed as { data: unknown }).data];
  return (parsed as ParkedMember[]).map(({ value }) => value);
}

/** The content with what was corrected in it. Throws CORRECTION_UNFIT. */
export function correctedContent(
  record: Pick<ParkedRecord, 'stage' | 'content'>,
  edits: Edits,
): { content: string; changes: FieldChange[] } {
  if (record.stage === 'payload') {
    const { place = 'its source' } = JSON.parse(record.content) as RefusedContent;
    throw unfit(
      `it is a payload as a whole, which is corrected where it lies (${place}), and replayed then`,
    );
  }
  const before = valuesOf(record);
  const values =
    edits.value === undefined ? structuredClone(before) : replaced(edits.value, before);
  for (const [path, value] of edits.set) setIn(values, path, value);
  const changes = before.flatMap((value, index) =>
    differences(before.length > 1 ? `[${index}]` : '', value, values[index]),
  );
  const content = withValues(record, values);
  if (exceedsDocument(content)) throw unfit(`it has more than ${limits.documentBytes} bytes then`);
  return { content, changes };
}

function replaced(value: unknown, before: readonly unknown[]): unknown[] {
  const values = before.length > 1 && Array.isArray(value) ? value : [value];
  if (values.length === before.length && values.every(isObject)) return values as unknown[];
  const wanted = before.length > 1 ? `a list of ${before.length} objects` : 'an object';
  throw unfit(`the record has to be ${wanted}, in JSON`);
}

function withValues(
  { stage, content }: Pick<ParkedRecord, 'stage' | 'content'>,
  values: readonly unknown[],
): string {
  const parsed: unknown = JSON.parse(content);
  if (stage === 'apply') return JSON.stringify({ ...(parsed as object), data: values[0] });
  const members = (parsed as ParkedMember[]).map((member, index) => {
    // What could not be read is what a person says it is, from now on.
    const { raw, ...rest } = member;
    const isSame = JSON.stringify(member.value) === JSON.stringify(values[index]);
    return isSame ? member : { ...rest, value: values[index] };
  });
  return JSON.stringify(members);
}

const unfit = (message: string): StockbusError => new StockbusError('CORRECTION_UNFIT', message);

const STEP = /\.?([^.[\]]+)|\[(\d+)\]/y;

function stepsOf(path: string): (string | number)[] {
  const steps: (string | number)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const found = STEP.exec(path);
    if (!found) throw unfit(`'${path}' is no path to a field: write FIELD, a.b or lines[0].sku`);
    steps.push(found[2] === undefined ? found[1]! : Number(found[2]));
  }
  return steps;
}

/** Without a row before it, it is set in each of the rows. */
function setIn(values: unknown[], path: string, value: string | undefined): void {
  const steps = stepsOf(path);
  if (steps.length === 0) throw unfit('a field has a name');
  const rows = typeof steps[0] === 'number' ? [steps] : values.map((_, row) => [row, ...steps]);
  for (const row of rows) setAt(values, row, value, path);
}

function setAt(
  values: unknown[],
  steps: readonly (string | number)[],
  value: string | undefined,
  path: string,
): void {
  let at: unknown = values;
  for (const step of steps.slice(0, -1)) {
    at = fieldsOf(at)?.[step];
    if (!fieldsOf(at)) throw unfit(`there is no '${path}' in it: nothing stands at '${step}'`);
  }
  const fields = fieldsOf(at)!;
  const last = steps.at(-1)!;
  if (last === '__proto__') throw unfit(`'${path}' is no field of a record`);
  if (Array.isArray(fields) && !(Number(last) < fields.length)) {
    throw unfit(`there is no '${path}' in it: the list has ${fields.length}`);
  }
  if (value === undefined) delete fields[last];
  else fields[last] = asBefore(fields[last], value);
}

const fieldsOf = (value: unknown): Record<string | number, unknown> | undefined =>
  typeof value === 'object' && value !== null
    ? (value as Record<string | number, unknown>)
    : undefined;

/** What was a number, or true or false, stays that; all else is text, as codecs give it. */
function asBefore(before: unknown, text: string): unknown {
  if (typeof before === 'boolean') return text === 'true' || (text === 'false' ? false : text);
  return typeof before === 'number' && String(Number(text)) === text ? Number(text) : text;
}

function differences(path: string, before: unknown, after: unknown): FieldChange[] {
  const [one, other] = [fieldsOf(before), fieldsOf(after)];
  if (one && other && Array.isArray(one) === Array.isArray(other)) {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].flatMap((name) =>
      differences(inPath(path, name, one), one[name], other[name]),
    );
  }
  const [from, to] = [textOf(before), textOf(after)];
  if (from === to) return [];
  return [{ path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
}

function inPath(path: string, name: string, of: object): string {
  if (Array.isArray(of)) return `${path}[${name}]`;
  return path === '' ? name : `${path}.${name}`;
}

const textOf = (value: unknown): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);
