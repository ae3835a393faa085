/** Bodies that a sender compressed and says so (RFC 9110, content-encoding). */
import { UnpackBound } from './packings/UnpackBound.ts';
import { type Coding, codings, unpackBytes } from './packings/unpackBytes.ts';

const byName = new Map<string, Coding>([
  ['gzip', codings.gzip],
  ['x-gzip', codings.gzip],
  ['zstd', codings.zstd],
  ['br', codings.brotli],
  ['deflate', codings.zlib],
]);

export const readCodings = 'gzip, zstd, br, deflate';

export const isReadCoding = (coding: string): boolean =>
  coding === 'identity' || byName.has(coding);

/** The body as it was before; `name` is what faults call it. Throws PACKED_BROKEN and PACKED_TOO_LARGE. */
export function decodedBody(
  body: AsyncIterable<Uint8Array>,
  coding: string,
  name: string,
): AsyncIterable<Uint8Array> {
  const known = byName.get(coding);
  return known ? unpackBytes(known, body, name, new UnpackBound(name)) : body;
}
