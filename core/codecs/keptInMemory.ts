import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { KeptBytes, ReadContext } from '../ports.ts';

/** All of a payload, kept by whoever reads it, or else in memory. */
export const keptWhole = (
  chunks: AsyncIterable<Uint8Array>,
  { name, keep }: Pick<ReadContext, 'name' | 'keep'>,
): Promise<KeptBytes> => (keep ? keep(chunks) : keptInMemory(chunks, name));

async function keptInMemory(chunks: AsyncIterable<Uint8Array>, name: string): Promise<KeptBytes> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.byteLength;
    if (size <= limits.keptBytes) continue;
    const why = `more than ${limits.keptBytes} bytes are not kept in memory`;
    throw new StockbusError('PAYLOAD_TOO_LARGE', why, { file: name });
  }
  const bytes = Buffer.concat(parts);
  return {
    size,
    at: async (position, length) => bytes.subarray(position, position + length),
    close: async () => undefined,
  };
}
