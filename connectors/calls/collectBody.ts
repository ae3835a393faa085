import { StockbusError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Outgoing } from '../../core/ports.ts';

/** The body of one call. Throws PAYLOAD_TOO_LARGE. */
export async function collectBody(outgoing: Pick<Outgoing, 'body'>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of outgoing.body) {
    bytes += chunk.byteLength;
    if (bytes > limits.webhookBytes) {
      const message = `a webhook call is larger than ${limits.webhookBytes} bytes`;
      const todo = 'Lower `batch` in the flow, or send it to a folder.';
      throw new StockbusError('PAYLOAD_TOO_LARGE', message, undefined, { todo });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
