import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Place } from '../errors.ts';
import { StockbusError } from '../errors.ts';
import type { Payload } from '../ports.ts';

export interface PayloadFile {
  payload: Payload;
  sizeBytes: number;
  bytesRead(): number;
}

/** A file as a payload that knows how much of it was read. Throws FILE_UNREADABLE, also while it is read. */
export async function payloadFile(
  path: string,
  flow: string,
  intakeId: string,
): Promise<PayloadFile> {
  const sizeBytes = await sizeOf(path);
  let bytesRead = 0;
  async function* body(): AsyncIterable<Uint8Array> {
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
        bytesRead += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw unreadable(path, error, { file: basename(path) });
    }
  }
  const origin = { intakeId, flow, name: basename(path) };
  return { payload: { origin, sizeBytes, body: body() }, sizeBytes, bytesRead: () => bytesRead };
}

async function sizeOf(path: string): Promise<number> {
  try {
    const facts = await stat(path);
    if (facts.isFile()) return facts.size;
  } catch (error) {
    throw unreadable(path, error);
  }
  throw new StockbusError('FILE_UNREADABLE', `'${path}' is not a file`);
}

function unreadable(path: string, error: unknown, at?: Place): StockbusError {
  const code = (error as NodeJS.ErrnoException).code;
  const what = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
  return new StockbusError('FILE_UNREADABLE', `'${path}' ${what}`, at, { cause: error });
}
