/** The beginning of a sample as records, and how a flow reads it. */
import type { CodecSpec, RecordValue } from '../../ports.ts';
import { isObject } from '../../spec.ts';

export interface Sample {
  /** As a flow says it under `read`. */
  read: Record<string, Record<string, unknown>>;
  records: RecordValue[];
}

/** Records that are looked at. */
const RECORDS = 200;

/** Throws what the codec says where the sample cannot be read. */
export async function readSample(
  bytes: Uint8Array,
  name: string,
  codecs: readonly CodecSpec[],
): Promise<Sample> {
  const text = new TextDecoder('utf-8').decode(bytes).replace(/^\ufeff/, '');
  const begins = text.trimStart()[0];
  if (begins === '<') {
    const record = repeatedElement(await through(codecs, 'xml', {}, bytes, name));
    const options = record === undefined ? {} : { record };
    return { read: { xml: options }, records: await through(codecs, 'xml', options, bytes, name) };
  }
  if (begins === '{' || begins === '[') {
    const options = jsonOptions(text);
    return {
      read: { json: options },
      records: await through(codecs, 'json', options, bytes, name),
    };
  }
  const delimiter = delimiterOf(text);
  const options = delimiter === ',' ? {} : { delimiter: delimiter === '\t' ? 'tab' : delimiter };
  return { read: { csv: options }, records: await through(codecs, 'csv', options, bytes, name) };
}

async function through(
  codecs: readonly CodecSpec[],
  kind: string,
  options: Record<string, unknown>,
  bytes: Uint8Array,
  name: string,
): Promise<RecordValue[]> {
  const spec = codecs.find((one) => one.name === kind)!;
  const codec = spec.codec(
    spec.readOptions.read(options, [], () => undefined),
    undefined,
  );
  const records: RecordValue[] = [];
  async function* body() {
    yield bytes;
  }
  for await (const batch of codec.read(body(), { name })) {
    for (const { value, fault, passedOver } of batch)
      if (!fault && !passedOver) records.push(value);
    if (records.length >= RECORDS) break;
  }
  return records;
}

/** Of a document that is one record, the path to the list that has the records. */
function jsonOptions(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A record in each line, or nothing that can be read: the codec says what.
    return {};
  }
  const path: string[] = [];
  while (isObject(value)) {
    const lists = Object.entries(value).filter(([, one]) => isListOfObjects(one));
    const objects = Object.entries(value).filter(([, one]) => isObject(one));
    const others = Object.keys(value).length - lists.length - objects.length;
    // What has many fields of its own is a document, and its list has the lines.
    if (others > 2) break;
    const [found] = lists.length > 0 ? lists : objects.length === 1 ? objects : [];
    if (!found) break;
    path.push(found[0]);
    value = found[1];
  }
  return path.length === 0 ? {} : { records: path.join('.') };
}

const isListOfObjects = (value: unknown): value is RecordValue[] =>
  Array.isArray(value) && value.length > 0 && value.every(isObject);

/** The outermost element that comes several times; where none does, the outermost with fields of its own. */
function repeatedElement([document]: readonly RecordValue[]): string | undefined {
  let value: unknown = document;
  let name: string | undefined;
  while (isObject(value)) {
    const fields = Object.entries(value).filter(([field]) => !/^[@#]/.test(field));
    const list = fields.find(([, one]) => isListOfObjects(one));
    const texts = fields.filter(([, one]) => !isObject(one) && !isListOfObjects(one));
    if (texts.length > 1) return name;
    if (list) return list[0];
    const inside = fields.find(([, one]) => isObject(one));
    if (!inside) return name;
    [name, value] = inside;
  }
  return name;
}

/** The one that cuts the first lines alike, and into the most cells. */
function delimiterOf(text: string): string {
  const lines = text
    .split(/\r\n|\r|\n/)
    .filter((line) => line !== '')
    .slice(0, 20);
  let best = { delimiter: ',', score: 0 };
  for (const delimiter of [',', ';', '\t', '|']) {
    const cells = lines.map((line) => line.replace(/"[^"]*"/g, '').split(delimiter).length);
    const first = cells[0] ?? 1;
    const alike = cells.filter((count) => count === first).length / Math.max(1, cells.length);
    const score = first < 2 ? 0 : alike * 1_000 + first;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}
