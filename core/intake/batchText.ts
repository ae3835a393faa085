/** How parts become the text of a batch, and are found in it again, each as it was written to the byte. */
import { StockbusError } from '../errors.ts';
import { BATCH_FORMAT, type JoinedPart } from '../message.ts';
import { isObject } from '../spec.ts';
import type { SpooledBatch } from './BatchSpool.ts';

type WrittenPart = Pick<SpooledBatch, 'part' | 'seal'>;

const PARTS = '"parts":[';
const BEFORE_PARTS = Buffer.from(PARTS);
const COMMA = Buffer.from(',');
const END = Buffer.from(']}');

/** A batch of these parts; what it says of them and of who published it stands in front, and is no part of any. */
export function batchText(
  parts: readonly WrittenPart[],
  number?: { producer: string; number: number },
): Buffer {
  const by = number ? `"producer":"${number.producer}","number":${number.number},` : '';
  const head = Buffer.from(`{"v":${BATCH_FORMAT},${by}${aboutParts(parts)}${PARTS}`);
  const texts = parts.flatMap(({ part }, index) => (index === 0 ? [part] : [COMMA, part]));
  return Buffer.concat([head, ...texts, END]);
}

function aboutParts(parts: readonly WrittenPart[]): string {
  if (parts.length > 1) return `"joined":${JSON.stringify(parts.map(joinedPart))},`;
  const [only] = parts;
  return only?.seal === undefined ? '' : `"seal":"${only.seal}",`;
}

const joinedPart = ({ part, seal }: WrittenPart): JoinedPart => ({
  bytes: part.byteLength,
  ...(seal === undefined ? {} : { seal }),
});

/** A part where it lies in its batch. */
export interface PartText {
  text: Buffer;
  seal?: unknown;
}

export interface PartTexts {
  /** The batch without its parts; undefined where it has one and says nothing of it. */
  head?: Record<string, unknown>;
  parts: readonly PartText[];
}

/**
 * The parts of a batch that says how long they are; of another all that stands where its only part does. Throws
 * MESSAGE_INVALID for one whose parts are not where it says.
 */
export function partTexts(batch: Uint8Array): PartTexts {
  const body = Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength);
  const from = body.indexOf(BEFORE_PARTS) + BEFORE_PARTS.length;
  const rest = body.subarray(from, -END.length);
  const front = body.toString('utf8', 0, from);
  if (!front.includes('"joined":')) return { parts: [{ text: rest }] };
  const head: unknown = JSON.parse(`${front}]}`);
  if (!(isObject(head) && Array.isArray(head.joined) && head.joined.every(isJoinedPart)))
    throw new StockbusError('MESSAGE_INVALID', 'it does not say how long its parts are');
  return { head, parts: cut(rest, head.joined as JoinedPart[]) };
}

const isJoinedPart = (value: unknown): boolean =>
  isObject(value) && Number.isSafeInteger(value.bytes) && (value.bytes as number) > 0;

function cut(rest: Buffer, joined: readonly JoinedPart[]): PartText[] {
  let at = 0;
  const parts = joined.map(({ bytes, seal }, index) => {
    if (index > 0 && rest[at - 1] !== COMMA[0]) at = Number.NaN;
    const text = rest.subarray(at, at + bytes);
    at += bytes + 1;
    return { text, seal };
  });
  if (at === rest.byteLength + 1) return parts;
  throw new StockbusError('MESSAGE_INVALID', 'its parts are of other lengths than it says');
}
