/** The beginning of a sample as records, and how a flow reads it. */
import type { CodecSpec, RecordValue, SourceRecord } from '../../ports.ts';
import { csvTable, TableOf } from './csvTable.ts';
import type { SampleRow } from './footerOf.ts';
import { listOfRecords, type RecordsGuess, repeatedElement } from './recordsGuess.ts';
import { refuseForeign } from './refuseForeign.ts';
import { type SampleText, sampleText } from './sampleText.ts';
import { unpackSample } from './unpackSample.ts';

export interface Sample {
  /** As a flow says it under `read`. */
  read: Record<string, Record<string, unknown>>;
  records: RecordValue[];
  /** What its records are called, and what they stand in, from the inside out. */
  called: string[];
  /** What was guessed about how it is read. */
  open: string[];
  /** What it comes packed in. */
  packing?: string;
}

/** Records that are looked at. */
const RECORDS = 200;

/** Of a sheet, so many columns. */
const COLUMNS = 256;

/** A row of a sheet as one of a text, as wide as it is filled. */
function rowOf({ value, line = 0 }: SourceRecord): SampleRow {
  const all = Object.values(value).map(String);
  const cells = all.slice(0, all.findLastIndex((cell) => cell !== '') + 1);
  return { cells, raw: cells.join(' '), line };
}

/** Throws what the codec says where the sample cannot be read. */
export async function readSample(
  bytes: Uint8Array,
  name: string,
  codecs: readonly CodecSpec[],
): Promise<Sample> {
  if (isWorkbook(bytes)) {
    const columns = Array.from({ length: COLUMNS }, (_, index) => `c${index + 1}`);
    const rows = await recordsOf(codecs, 'xlsx', { columns }, bytes, name);
    const table = new TableOf(rows.map(rowOf));
    const options = table.ofSheet();
    const records = await through(codecs, 'xlsx', options, bytes, name);
    return { read: { xlsx: options }, records, called: [], open: table.open };
  }
  const { bytes: said, packing } = await unpackSample(bytes, name);
  const sample = await readUnpacked(said, name, codecs);
  return packing === undefined ? sample : { ...sample, packing };
}

/** An archive that has what every Office document has. */
const isWorkbook = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && Buffer.from(bytes).includes('[Content_Types].xml');

async function readUnpacked(
  bytes: Uint8Array,
  name: string,
  codecs: readonly CodecSpec[],
): Promise<Sample> {
  refuseForeign(bytes, name, codecs);
  const { text, encoding, open } = said(sampleText(bytes, name));
  const begins = text.trimStart()[0];
  const read = (kind: string, options: Record<string, unknown>) =>
    through(codecs, kind, { ...options, ...encoding }, bytes, name);
  if (begins === '<') {
    const doctype = doctypeIn(text);
    const guess = repeatedElement(await read('xml', doctype));
    const options = { ...(guess.found === undefined ? {} : { record: guess.found }), ...doctype };
    const sample = sampleOf('xml', { ...options, ...encoding }, await read('xml', options), guess);
    const root = /<(?![?!])(?:[^\s<>/:]+:)?([^\s<>/:]+)/.exec(text)?.[1];
    return {
      ...sample,
      called: [...sample.called, ...(root ? [root] : [])],
      open: [...open, ...sample.open],
    };
  }
  if (begins === '{' || begins === '[') {
    const guess = listOfRecords(text);
    const options = guess.found === undefined ? {} : { records: guess.found };
    const sample = sampleOf(
      'json',
      { ...options, ...encoding },
      await read('json', options),
      guess,
    );
    return { ...sample, open: [...open, ...sample.open] };
  }
  const table = csvTable(text) ?? { options: {}, delimiter: ',', open: [] };
  const records = await read('csv', { ...table.options, delimiter: table.delimiter });
  const options = { ...table.options, ...encoding };
  return { read: { csv: options }, records, called: [], open: [...open, ...table.open] };
}

/** One that declares nothing may be passed over; one that does is refused by the codec. */
function doctypeIn(text: string): Record<string, unknown> {
  const at = text.indexOf('<!DOCTYPE');
  const root = text.search(/<[\p{L}_]/u);
  if (at < 0 || (root >= 0 && root < at)) return {};
  const isPlain = !text.slice(at, text.indexOf('>', at)).includes('[');
  return isPlain ? { doctype: 'ignore' } : {};
}

/** An encoding as it stands under `read`. */
function said({ text, encoding, open }: SampleText): {
  text: string;
  encoding: Record<string, unknown>;
  open: string[];
} {
  return {
    text,
    encoding: encoding === undefined ? {} : { encoding },
    open: open === undefined ? [] : [open],
  };
}

function sampleOf(
  kind: string,
  options: Record<string, unknown>,
  records: RecordValue[],
  { found, beside, called }: RecordsGuess,
): Sample {
  const open =
    found === undefined || beside.length === 0
      ? []
      : [
          `read: each ${found} is a record, which does not have what stands beside it (${beside.join(', ')})`,
        ];
  return { read: { [kind]: options }, records, called, open };
}

async function through(
  ...sample: [
    codecs: readonly CodecSpec[],
    kind: string,
    options: Record<string, unknown>,
    bytes: Uint8Array,
    name: string,
  ]
): Promise<RecordValue[]> {
  return (await recordsOf(...sample)).map(({ value }) => value);
}

async function recordsOf(
  codecs: readonly CodecSpec[],
  kind: string,
  options: Record<string, unknown>,
  bytes: Uint8Array,
  name: string,
): Promise<SourceRecord[]> {
  const spec = codecs.find((one) => one.name === kind)!;
  const codec = spec.codec(
    spec.readOptions.read(options, [], () => undefined),
    undefined,
  );
  const records: SourceRecord[] = [];
  async function* body() {
    yield bytes;
  }
  for await (const batch of codec.read(body(), { name })) {
    records.push(...batch.filter(({ fault, passedOver }) => !fault && !passedOver));
    if (records.length >= RECORDS) break;
  }
  return records;
}
