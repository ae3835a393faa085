/** One case: a flow, payloads for it, and how each of them is sent. */
import fc from 'fast-check';
import { type Blow, blows, damaged } from './damage.ts';
import { type Decoded, decode, encode, isDisguisedUtf8, markOf } from './encodings.ts';

export type { Expected } from './judge.ts';

import { type Expected, expectedOf, type JudgedRecord, judgedOf, judgedTruth } from './judge.ts';
import { flowOf, notationOf, type Plan, plans } from './plan.ts';
import type { Reading } from './Reading.ts';
import { refusedWhole } from './Reading.ts';
import { isDelimiterOpen, readCsv } from './readCsv.ts';
import { readJson } from './readJson.ts';
import { readXml } from './readXml.ts';
import { type TruthRow, type TruthSeed, truthRows, truthSeeds } from './truth.ts';
import { write } from './write.ts';

export interface Sending {
  door: 'folder' | 'http';
  /** The payload, or what its sender made of it some time later. */
  which: 0 | 1;
  /** Where the writer pauses, as parts of the whole, and for how long. */
  pauses: [number, number][];
  /** It pauses only where a line ends. */
  byLine: boolean;
  chunk: number;
  charset: boolean;
}

export interface Seeds {
  plan: Plan;
  truth: TruthSeed;
  blows: Blow[];
  later: 'order' | 'quantity';
  sendings: Sending[];
}

export interface SentPayload {
  bytes: Uint8Array;
  text: string | undefined;
  expected: Expected;
  /** Whether it is as its sender wrote it. */
  sound: boolean;
  /** Its delimiter has to be guessed, and its rows leave it open. */
  delimiterOpen: boolean;
  /** What the sender meant; of a payload that was damaged this may differ. */
  truth: Expected | undefined;
}

export interface Case {
  plan: Plan;
  flow: string;
  payloads: SentPayload[];
  sendings: Sending[];
}

const sendings: fc.Arbitrary<Sending> = fc.record({
  door: fc.constantFrom('folder' as const, 'http' as const),
  which: fc.constantFrom<(0 | 1)[]>(0, 0, 0, 1) as fc.Arbitrary<0 | 1>,
  pauses: fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 300, max: 30_000 })),
    { maxLength: 3 },
  ),
  byLine: fc.boolean(),
  chunk: fc.constantFrom(1, 7, 64, 1_000_000),
  charset: fc.boolean(),
});

export const seeds: fc.Arbitrary<Seeds> = fc.record({
  plan: plans,
  truth: truthSeeds,
  blows: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Blow[]>([]) },
    { weight: 2, arbitrary: blows },
  ),
  later: fc.constantFrom('order' as const, 'quantity' as const),
  sendings: fc.array(sendings, { minLength: 1, maxLength: 3 }),
});

export function caseOf({ plan, truth, blows: all, later, sendings: sent }: Seeds): Case {
  const documents = truthRows(truth, notationOf(plan));
  const laterDocuments =
    later === 'order' ? documents.toReversed() : documents.map((rows) => rows.slice(0, 1));
  const payloads = [
    payloadOf(plan, documents, truth.order, all),
    payloadOf(plan, laterDocuments, truth.order.toReversed(), []),
  ];
  return { plan, flow: flowOf(plan), payloads, sendings: sent };
}

function payloadOf(
  plan: Plan,
  documents: readonly (readonly TruthRow[])[],
  order: readonly number[],
  all: readonly Blow[],
): SentPayload {
  const rows = documents
    .flat()
    .map((row, index) => ({ row, rank: order[index % order.length]! }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ row }) => row);
  const { text, ragged, passedOver } = write(plan, { rows, documents });
  const bytes = encode(text, plan.encoding, plan.says === 'mark');
  const sent = damaged(bytes, all);
  const sound = Buffer.compare(sent, bytes) === 0;
  const delimiterOpen = isDelimiterOpen(decoded(sent, plan)?.text ?? '', plan);
  const isGuess = isMarkLost(sent, plan) || delimiterOpen;
  const reading = readingOf(sent, plan, !sound && isGuess);
  const expected = expectedOf(judgedOf(reading, plan), plan, reading);
  const meant = judgedTruth(plan.shape === 'nested' ? documents : rows.map((row) => [row]));
  if (ragged !== undefined) spoil(meant[ragged]!, rows[ragged]!);
  const truth = expectedOf(meant, plan);
  truth.records += passedOver;
  truth.filtered += passedOver;
  return {
    bytes: sent,
    text: decode(sent, plan.encoding)?.text,
    expected,
    sound,
    delimiterOpen,
    truth: sound ? truth : undefined,
  };
}

/** A row that lacks cells is bad, whatever is in the others. */
function spoil(record: JudgedRecord, { verdict }: TruthRow): void {
  // A row that cannot be read is not asked whether it is wanted, and its document is in what is left.
  const document = verdict.is === 'good' ? verdict.row.document : verdict.document;
  record.parts = [{ is: 'bad', document, torn: true }];
}

function readingOf(bytes: Uint8Array, plan: Plan, isGuess: boolean): Reading {
  const { text, broken } = decoded(bytes, plan) ?? { text: '', broken: true };
  const torn = isGuess ? { torn: true as const } : {};
  // In a single-byte encoding nothing tells which of the letters before a bad byte are right.
  if (isDisguisedUtf8(bytes, plan.encoding) || (broken && plan.encoding === 'windows-1252'))
    return refusedWhole;
  if (!broken) return { ...(text.trim() === '' ? refusedWhole : readText(text, plan)), ...torn };
  // What stands last is no footer, if the text breaks off behind it.
  const csv = { ...plan.csv, skipEnd: 0 };
  // Of the record in which it breaks nobody knows the rest, and a document may go on behind it.
  const isByLine = plan.format === 'csv' || (plan.format === 'json' && plan.json.form === 'lines');
  const whole = !isByLine ? text : text.slice(0, text.search(/[^\r\n]*$/));
  const reading = whole.trim() === '' ? refusedWhole : readText(whole, { ...plan, csv });
  if (reading.rows.length === 0 || plan.shape === 'group') return { ...refusedWhole, ...torn };
  return { ...reading, refused: reading.refused ?? 'rest', torn: true };
}

/** Where the mark of UTF-16 is lost, the letters show which of the two it is. */
function decoded(bytes: Uint8Array, { says, encoding }: Plan): Decoded | undefined {
  const own = decode(bytes, encoding);
  if (!own || !isMarkLost(bytes, { says, encoding })) return own;
  const other = decode(bytes, encoding === 'utf-16le' ? 'utf-16be' : 'utf-16le')!;
  const letters = ({ text }: Decoded): number => text.match(/[ -~]/g)?.length ?? 0;
  return letters(other) > letters(own) ? other : own;
}

/** Without its mark nobody can be sure of the encoding. */
const isMarkLost = (
  bytes: Uint8Array,
  { says, encoding }: Pick<Plan, 'says' | 'encoding'>,
): boolean => says === 'mark' && encoding.startsWith('utf-16') && markOf(bytes) === undefined;

function readText(text: string, plan: Plan): Reading {
  if (plan.format === 'csv') return readCsv(text, plan);
  return plan.format === 'json' ? readJson(text, plan) : readXml(text);
}

/** For whoever repeats it by hand. */
export function described({ flow, payloads, sendings: sent, plan }: Case): string {
  const shown = payloads
    .map(
      ({ bytes, text }, index) =>
        `--- payload ${index} (${plan.encoding}), base64:\n${Buffer.from(bytes).toString('base64')}\n--- as text:\n${JSON.stringify(text)}`,
    )
    .join('\n');
  const ways = sent.map((one) => JSON.stringify(one)).join('\n');
  return `--- flows/way.yaml\n${flow}\n${shown}\n--- sent\n${ways}`;
}
