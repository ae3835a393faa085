/** Packings of one stream of bytes, which say nothing of what is in it. */
import type { Codec, PackingSpec, PayloadReading } from '../../ports.ts';
import { record } from '../../spec.ts';
import { UnpackBound } from './UnpackBound.ts';
import { type Coding, unpackBytes } from './unpackBytes.ts';

type Named = Pick<PackingSpec, 'name' | 'about' | 'contentType' | 'extension' | 'examples'>;

export function streamPacking(
  named: Named,
  coding: Coding,
  pack: (part: Uint8Array) => Uint8Array,
): PackingSpec {
  return {
    ...named,
    options: record('Nothing to choose.', {}) as PackingSpec['options'],
    unpacking: (codec) => unpackingCodec(codec, coding, pack),
    pack,
  };
}

function unpackingCodec(
  codec: Codec,
  coding: Coding,
  pack: (part: Uint8Array) => Uint8Array,
): Codec {
  const { requireColumns } = codec;
  return {
    ...codec,
    read(chunks, context) {
      const unpacked = unpackBytes(coding, chunks, context.name, new UnpackBound(context.name));
      return packedAgain(codec.read(unpacked, context), pack);
    },
    ...(requireColumns
      ? { requireColumns: (names) => unpackingCodec(requireColumns(names), coding, pack) }
      : {}),
  };
}

/** What is rejected is packed as the payload was, so that it can be sent as that was. */
function packedAgain(
  reading: PayloadReading,
  pack: (part: Uint8Array) => Uint8Array,
): PayloadReading {
  return {
    [Symbol.asyncIterator]: () => reading[Symbol.asyncIterator](),
    rejects() {
      const format = reading.rejects();
      const packed = (bytes: Uint8Array): Uint8Array => (bytes.length === 0 ? bytes : pack(bytes));
      return {
        write: async (rejected) => packed(await format.write(rejected)),
        end: async () => packed(await format.end()),
      };
    },
  };
}
