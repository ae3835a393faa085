/** The beginning of a sample as records, and how a flow reads it. */
import type { CodecSpec, RecordValue } from '../../ports.ts';
import { isObject } from '../../spec.ts';
import { namesOfFields, plainName } from './fieldNames.ts';
import { refuseForeign } from './refuseForeign.ts';

export interface Sample {
  /** As a flow says it under `read`. */
  read: Record<string, Record<string, unknown>>;
  records: RecordValue[];
  /** What was guessed about how it is read. */
  open: string[];
}

/** Records that are looked at. */
const RECORDS = 200;

/** Throws what the codec says where the sample cannot be read. */
export async function readSample(
  bytes: Uint8Array,
  name: string,
  codecs: readonly CodecSpec[],
): Promise<Sample> {
  refuseForeign(bytes, name, codecs);
  const text = new TextDecoder('utf-8').decode(bytes).replace(/^\ufeff/, '');
  const begins = text.trimStart()[0];
  const read = (kind: string, options: Record<string, unknown>) =>
    through(codecs, kind, options, bytes, name);
  if (begins === '<') {
    const { found, beside } = repeatedElement(await read('xml', {}));
    const options = found === undefined ? {} : { record: found };
    return sampleOf('xml', options, await read('xml', options), found, beside);
  }
  if (begins === '{' || begins === '[') {
    const { found, beside } = listOfRecords(text);
    const options = found === undefined ? {} : { records: found };
    return sampleOf('json', options, await read('json', options), found, beside);
  }
  const delimiter = delimiterOf(text);
  const options = delimiter === ',' ? {} : { delimiter: delimiter === '\t' ? 'tab' : delimiter };
  return sampleOf('csv', options, await read('csv', options));
}

function sampleOf(
  kind: string,
  options: Record<string, unknown>,
  records: RecordValue[],
  found?: string,
  beside: readonly string[] = [],
): Sample {
  const open =
    found === undefined || beside.length === 0
      ? []
      : [
          `read: each ${found} is a record, which does not have what stands beside it (${beside.join(', ')})`,
        ];
  return { read: { [kind]: options }, records, open };
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

/** What the records of a document are called, and what stands beside them. */
interface RecordsGuess {
  found: string | undefined;
  beside: string[];
}

/** Of a document that is one record, the path to the list that has the records. */
function listOfRecords(text: string): RecordsGuess {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A record in each line, or nothing that can be read: the codec says what.
    return { found: undefined, beside: [] };
  }
  const path: string[] = [];
  const beside: string[] = [];
  while (isObject(value)) {
    const lists = Object.entries(value).filter(([, one]) => isListOfObjects(one));
    const objects = Object.entries(value).filter(([, one]) => isObject(one));
    const others = Object.keys(value).filter(
      (name) => ![...lists, ...objects].some(([known]) => known === name),
    );
    // What has fields of its own is a document, and its list has the lines.
    if (others.length > 2 || others.some(isOfDocument)) break;
    const [found] = lists.length > 0 ? lists : objects.length === 1 ? objects : [];
    if (!found) break;
    path.push(found[0]);
    beside.push(...Object.keys(value).filter((name) => name !== found[0]));
    value = found[1];
  }
  return { found: path.length === 0 ? undefined : path.join('.'), beside };
}

const isListOfObjects = (value: unknown): value is RecordValue[] =>
  Array.isArray(value) && value.length > 0 && value.every(isObject);

/** Names of what counts records, and is no number of a document. */
const ofLists = new Set(['count', 'number', 'no', 'nr', 'time', 'timestamp', 'source']);

const isOfDocument = (name: string): boolean => {
  const plain = plainName(name);
  const { document, at, location } = namesOfFields;
  return [document, at, location].some((names) => names!.includes(plain)) && !ofLists.has(plain);
};

/** Elements of one level, of which one that repeats is the record. */
const BESIDE_LISTS = 3;
const LOOKED_INTO = 4;

const hasList = (value: unknown, depth: number): boolean =>
  isListOfObjects(value) ||
  (depth > 0 && isObject(value) && Object.values(value).some((one) => hasList(one, depth - 1)));

/** The outermost element that comes several times; where none does, the outermost with fields of its own. */
function repeatedElement([document]: readonly RecordValue[]): RecordsGuess {
  let value: unknown = document;
  let name: string | undefined;
  const beside: string[] = [];
  while (isObject(value)) {
    const fields = Object.entries(value).filter(([field]) => !/^[@#]/.test(field));
    const list = fields.find(([, one]) => isListOfObjects(one));
    const isText = (one: unknown): boolean =>
      !isListOfObjects(one) && (!isObject(one) || '#text' in one);
    const texts = fields.filter(([, one]) => isText(one));
    if (texts.length > 1 || texts.some(([field]) => isOfDocument(field))) break;
    const objects = fields.filter(([, one]) => isObject(one));
    const withLists = objects.filter(([, one]) => hasList(one, LOOKED_INTO));
    // Where several things stand side by side, they are the parts of one document.
    const only = objects.length === 1 ? objects : withLists.length === 1 ? withLists : [];
    const inside = list && fields.length <= BESIDE_LISTS ? list : list ? undefined : only[0];
    if (!inside) break;
    beside.push(...fields.filter((field) => field !== inside).map(([field]) => field));
    if (list) return { found: list[0], beside };
    [name, value] = inside;
  }
  return { found: name, beside };
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
