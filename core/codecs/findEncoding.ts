import iconv from 'iconv-lite';
import { StockbusError } from '../errors.ts';
import { incompleteBytes } from './byteChunks.ts';
import { bytesToText } from './bytesToText.ts';
import type { EncodingSpeaker } from './encodingRemedies.ts';
import { reconcile } from './encodingRemedies.ts';
import type { Encoding } from './encodings.ts';
import { charsetOf, encodingNamed, encodings } from './encodings.ts';

export interface DecodeOptions {
  encoding: Encoding | 'auto';
  /** What to call the payload in faults. */
  name: string;
  /** What the transport says: its `charset=` counts. */
  contentType?: string | undefined;
  /** The encoding that the text itself declares, from its first bytes read as Latin-1. */
  declared?: (start: string) => string | undefined;
  /** The flow means the single-byte encoding that is stated, though all of the text is UTF-8. */
  asStated?: boolean | undefined;
}

/** Of a payload: how its bytes become text, and how much of it is a byte order mark. */
export interface FoundEncoding {
  encoding: Encoding;
  /** Why it is taken, for faults: `as the flow states`. */
  because: string;
  /** All who said so; nobody where it is UTF-8 for want of another word. */
  by: readonly EncodingSpeaker[];
  markBytes: number;
}

interface Statement {
  encoding: Encoding | 'utf-16';
  who: EncodingSpeaker;
}

const VERBS: Record<EncodingSpeaker, string> = {
  'the flow': 'states',
  'the content type': 'says',
  'the byte order mark': 'says',
  'the first bytes': 'show',
  'the XML declaration': 'says',
};

/** `the flow states`. */
const says = (who: EncodingSpeaker): string => `${who} ${VERBS[who]}`;

/**
 * What the flow, the transport, a byte order mark, the first bytes and a declaration say, which must
 * agree: read as something else, text would have other letters, and none of them would be noticed.
 */
export function findEncoding(head: Uint8Array, options: DecodeOptions): FoundEncoding {
  refuseBinary(head, options.name);
  const mark = byteOrderMark(head);
  const statements: Statement[] = [];
  if (options.encoding !== 'auto') statements.push({ encoding: options.encoding, who: 'the flow' });
  const charset = charsetOf(options.contentType);
  if (charset !== undefined) statements.push(named(charset, 'the content type', options.name));
  if (mark) statements.push({ encoding: mark.encoding, who: 'the byte order mark' });
  else statements.push(...byPattern(head, statements));
  const markBytes = mark?.bytes ?? 0;
  const declared = declaration(head.subarray(markBytes), statements, options);
  if (declared) statements.push(declared);
  const [first, ...others] = statements;
  if (!first) return { encoding: 'utf-8', because: 'as nothing else is stated', by: [], markBytes };
  const agreed = others.reduce((one, other) => agree(one, other, options.name), first);
  const { encoding, who } = agreed;
  const by = statements.map((statement) => statement.who);
  if (encoding !== 'utf-16') return { encoding, because: `as ${says(who)}`, by, markBytes };
  throw new StockbusError(
    'TEXT_BAD_ENCODING',
    `${says(who)} utf-16, and no byte order mark tells which of the two`,
    { file: options.name },
    { todo: 'state `encoding: utf-16le` or `utf-16be` under `read`' },
  );
}

/** The narrower of two statements that can both be true. Throws ENCODING_CONFLICT. */
function agree(one: Statement, other: Statement, file: string): Statement {
  if (one.encoding === other.encoding) return one;
  for (const [narrow, wide] of [
    [one, other],
    [other, one],
  ] as const) {
    if (isPartOf(narrow.encoding, wide.encoding)) return narrow;
  }
  throw new StockbusError(
    'ENCODING_CONFLICT',
    `${says(other.who)} ${other.encoding}, and ${says(one.who)} ${one.encoding}`,
    { file },
    { todo: reconcile(one, other) },
  );
}

/**
 * ASCII is a part of all but UTF-16. What says ISO-8859-1 is often Windows-1252, which has the same
 * letters and more, so that the two do not contradict each other.
 */
function isPartOf(narrow: Statement['encoding'], wide: Statement['encoding']): boolean {
  if (narrow === 'us-ascii') return !wide.startsWith('utf-16');
  if (narrow === 'windows-1252') return wide === 'iso-8859-1';
  return wide === 'utf-16' && narrow.startsWith('utf-16');
}

function byteOrderMark(head: Uint8Array): { encoding: Encoding; bytes: number } | undefined {
  const [first, second, third] = head;
  if (first === 0xef && second === 0xbb && third === 0xbf) return { encoding: 'utf-8', bytes: 3 };
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', bytes: 2 };
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', bytes: 2 };
  return undefined;
}

/**
 * No text begins with NUL after every other character, so that pattern tells UTF-16 by itself; and
 * none is UTF-16 whose first bytes are whole characters of UTF-8, without a NUL among them.
 */
function byPattern(head: Uint8Array, statements: readonly Statement[]): Statement[] {
  const who = 'the first bytes';
  const [a, b, c, d] = head;
  if (a && b === 0 && c && d === 0) return [{ encoding: 'utf-16le', who }];
  if (a === 0 && b && c === 0 && d) return [{ encoding: 'utf-16be', who }];
  const wide = statements.some(({ encoding }) => encoding.startsWith('utf-16'));
  return wide && isNarrow(head) ? [{ encoding: 'utf-8', who }] : [];
}

function isNarrow(head: Uint8Array): boolean {
  const whole = head.subarray(0, head.length - incompleteBytes(head, 'utf-8'));
  return whole.length > 1 && !whole.includes(0) && bytesToText('utf-8')(whole) !== undefined;
}

function declaration(
  head: Uint8Array,
  statements: readonly Statement[],
  options: DecodeOptions,
): Statement | undefined {
  if (!options.declared) return undefined;
  const wide = statements.some(({ encoding }) => encoding.startsWith('utf-16'));
  const start = iconv.decode(head, 'iso-8859-1');
  const declared = options.declared(wide ? start.replaceAll('\0', '') : start);
  if (declared === undefined) return undefined;
  const statement = named(declared, 'the XML declaration', options.name);
  // It could be read byte by byte: the text was converted from UTF-16, and its declaration says no more.
  return statement.encoding.startsWith('utf-16') && !wide ? undefined : statement;
}

function named(name: string, who: EncodingSpeaker, file: string): Statement {
  const encoding = encodingNamed(name);
  if (encoding !== undefined) return { encoding, who };
  throw new StockbusError(
    'TEXT_BAD_ENCODING',
    `${says(who)} '${name.slice(0, 40)}', which is no encoding that is read`,
    { file },
    { todo: `have the sender write UTF-8, or one of ${encodings.join(', ')}` },
  );
}

const startsWith = (head: Uint8Array, ...bytes: number[]): boolean =>
  head.length >= bytes.length && bytes.every((byte, index) => head[index] === byte);

function refuseBinary(head: Uint8Array, file: string): void {
  const refuse = (message: string, todo: string): StockbusError =>
    new StockbusError('TEXT_BAD_ENCODING', message, { file }, { todo });
  const [a, b, c, d] = head;
  const wide = (a && !b && !c && d === 0) || (a === 0 && !b && !c && d);
  if (startsWith(head, 0xff, 0xfe, 0, 0) || startsWith(head, 0, 0, 0xfe, 0xff) || wide) {
    throw refuse('the payload is UTF-32, which is not read', 'have the sender write UTF-8');
  }
  if (startsWith(head, 0x1f, 0x8b)) {
    throw refuse('the payload is compressed by gzip', 'write `unpack: gzip` under `read`');
  }
  if (startsWith(head, 0x50, 0x4b, 3, 4)) {
    throw refuse(
      'the payload is a ZIP or Excel file, no text',
      'write `unpack: zip` under `read` for an archive; have the sender write text otherwise',
    );
  }
  if (startsWith(head, 0x28, 0xb5, 0x2f, 0xfd)) {
    throw refuse('the payload is compressed by zstd', 'write `unpack: zstd` under `read`');
  }
}
