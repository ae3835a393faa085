/** What lines, disks and hands do to bytes. */
import fc from 'fast-check';

export interface Blow {
  kind: 'flip' | 'cut' | 'insert' | 'again' | 'end' | 'join' | 'swap';
  /** Where, as a part of the whole. */
  at: number;
  count: number;
  bytes: number[];
}

const BITS = [0x22, 0x2c, 0x3b, 0x0d, 0x0a, 0x3c, 0x26, 0x7b, 0x5d, 0x00, 0xff, 0xc3, 0x30];

export const blows: fc.Arbitrary<Blow[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Blow['kind'][]>(
      'flip',
      'cut',
      'insert',
      'again',
      'end',
      'join',
      'swap',
    ) as fc.Arbitrary<Blow['kind']>,
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    count: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 200 })),
    bytes: fc.array(fc.oneof(fc.constantFrom(...BITS), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
  { minLength: 1, maxLength: 2 },
);

export function damaged(bytes: Uint8Array, all: readonly Blow[]): Uint8Array {
  return all.reduce<Uint8Array>((before, blow) => struck(before, blow), bytes);
}

function struck(bytes: Uint8Array, { kind, at, count, bytes: some }: Blow): Uint8Array {
  const place = Math.floor(at * bytes.length);
  const [head, tail] = [bytes.subarray(0, place), bytes.subarray(place)];
  if (kind === 'flip' && place < bytes.length) {
    const flipped = Uint8Array.from(bytes);
    flipped[place]! ^= 1 << (count % 8);
    return flipped;
  }
  if (kind === 'cut') return Buffer.concat([head, tail.subarray(count)]);
  if (kind === 'insert') return Buffer.concat([head, Uint8Array.from(some), tail]);
  if (kind === 'again') return Buffer.concat([head, tail.subarray(0, count), tail]);
  if (kind === 'end') return head;
  if (kind === 'join') return Buffer.concat([bytes, bytes]);
  return Buffer.concat([head, tail.subarray(count), tail.subarray(0, count)]);
}
