import fc from 'fast-check';
import iconv from 'iconv-lite';
import type { CodecSpec, RecordValue } from '../../core/ports.ts';

/** A payload that was written from values, so that what reading it must give is known. */
export interface PayloadCase {
  spec: CodecSpec;
  /** Options of `read`. */
  options: Record<string, unknown>;
  name: string;
  text: string;
  encoding: string;
  /** With a byte order mark. */
  marked: boolean;
  values: RecordValue[];
}

/** In cells that are rejected, corrected later. */
export const WRONG = 'WRONGCELL';
export const CORRECTED = '7';

export interface Encoded {
  encoding: string;
  marked: boolean;
  /** What the flow states. */
  stated: string;
}

/** Encodings with what a flow may state of them. */
export const encodingCases: fc.Arbitrary<Encoded> = fc.constantFrom(
  ...['utf-8', 'utf-16le', 'utf-16be'].flatMap((encoding) => [
    { encoding, marked: true, stated: 'auto' },
    { encoding, marked: true, stated: encoding },
    { encoding, marked: false, stated: encoding },
  ]),
  { encoding: 'utf-8', marked: false, stated: 'auto' },
  ...['windows-1252', 'iso-8859-15', 'cp850', 'us-ascii'].map((encoding) => ({
    encoding,
    marked: false,
    stated: encoding,
  })),
);

export function encoded(text: string, { encoding, marked }: Omit<Encoded, 'stated'>): Buffer {
  return iconv.encode(marked ? `\ufeff${text}` : text, encoding);
}

export function decoded(bytes: Uint8Array, encoding: string): string {
  return iconv.decode(Buffer.from(bytes), encoding, { stripBOM: true });
}

/** Of these pieces of text those that the encoding has. */
export function encodable(pieces: readonly string[], encoding: string): string[] {
  return pieces.filter((piece) => iconv.decode(iconv.encode(piece, encoding), encoding) === piece);
}

/** Text of some of these pieces. */
export const textOf = (pieces: readonly string[], maxLength = 6): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...pieces), { maxLength }).map((parts) => parts.join(''));

/** What a failing case looks like, for the one who reads it. */
export const described = ({ text, values, ...rest }: PayloadCase): string =>
  JSON.stringify({ ...rest, spec: rest.spec.name, text, values }, null, 1);
