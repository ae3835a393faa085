/** A format and what it is packed in. */
import type { Codec, CodecSpec, PackingSpec } from '../ports.ts';
import type { ReadFormat } from './codecField.ts';

/** An archive has the names of its entries, a stream that of what is in it: `zip`, `csv.gz`. */
export const packedExtension = (
  { extension }: Pick<CodecSpec, 'extension'>,
  packing: PackingSpec | undefined,
): string => {
  if (!packing) return extension;
  return packing.pack ? `${extension}.${packing.extension}` : packing.extension;
};

/** The codec of what comes in. */
export function readCodec({ spec, options, packing }: ReadFormat): Codec {
  const codec = spec.codec(options, undefined);
  return packing ? packing.spec.unpacking(codec, packing.options) : codec;
}

/** The codec, each part of whose payloads is packed. */
export function packingCodec(codec: Codec, pack: (part: Uint8Array) => Uint8Array): Codec {
  const { writer: writerOf, payload, ...rest } = codec;
  if (payload) {
    return {
      ...rest,
      async *payload(...of) {
        for await (const part of payload(...of)) if (part.byteLength > 0) yield pack(part);
      },
    };
  }
  return {
    ...rest,
    writer(fields, facts) {
      const writer = writerOf!(fields, facts);
      const bytes = (text: string): Uint8Array => writer.bytes?.(text) ?? Buffer.from(text);
      return {
        begin: () => writer.begin(),
        write: (records) => writer.write(records),
        end: () => writer.end(),
        bytes: (text) => (text === '' ? new Uint8Array(0) : pack(bytes(text))),
      };
    },
  };
}
