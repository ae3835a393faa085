/** What a sample says that comes packed. */
import { packings } from '../../codecs/packings.ts';
import { limits } from '../../limits.ts';
import type { Codec, PackingSpec } from '../../ports.ts';

export interface UnpackedSample {
  bytes: Uint8Array;
  /** Name of the packing; undefined where it came as it is. */
  packing?: string;
}

const signs: readonly (readonly [name: string, begins: readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
];

/** Of an archive its first entry. Throws what the packing says where it cannot be read. */
export async function unpackSample(bytes: Uint8Array, name: string): Promise<UnpackedSample> {
  const sign = signs.find(([, begins]) => begins.every((byte, at) => bytes[at] === byte));
  const spec = sign && packings.find((one) => one.name === sign[0]);
  if (!spec) return { bytes };
  return { bytes: await unpacked(spec, bytes, name), packing: spec.name };
}

async function unpacked(spec: PackingSpec, bytes: Uint8Array, name: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const take = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
    if (parts.length > 0) return;
    let size = 0;
    for await (const chunk of chunks) {
      parts.push(chunk);
      size += chunk.byteLength;
      if (size > limits.keptBytes) break;
    }
  };
  const raw: Pick<Codec, 'read'> = {
    read: (chunks) => ({
      async *[Symbol.asyncIterator]() {
        await take(chunks);
        yield [];
      },
      rejects: () => ({ write: () => bytes, end: () => bytes }),
    }),
  };
  async function* body() {
    yield bytes;
  }
  const options = spec.options.read({}, [], () => undefined);
  for await (const _ of spec.unpacking(raw as Codec, options).read(body(), { name }));
  return Buffer.concat(parts);
}
