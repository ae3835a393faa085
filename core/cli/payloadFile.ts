import { createReadStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Place } from '../errors.ts';
import { StockbusError } from '../errors.ts';
import type { Payload } from '../ports.ts';

export interface PayloadFile {
  path: string;
  payload: Payload;
  sizeBytes: number;
  bytesRead(): number;
}

/**
 * A file as a payload that knows how much of it was read. Throws FILE_UNREADABLE, also while it is read,
 * and PAYLOAD_GREW where it is not what it was when the command was given: nothing of it is booked then.
 */
export async function payloadFile(
  path: string,
  flow: string,
  intakeId: string,
): Promise<PayloadFile> {
  const before = await factsOf(path);
  const sizeBytes = before.size;
  let bytesRead = 0;
  const whole = async (): Promise<void> => {
    const now = await factsOf(path);
    if (now.size !== before.size || now.mtimeMs !== before.mtimeMs) throw grew(path, before, now);
  };
  async function* body(): AsyncIterable<Uint8Array> {
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
        bytesRead += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw unreadable(path, error, { file: basename(path) });
    }
    await whole();
  }
  const origin = { intakeId, flow, name: basename(path) };
  const payload = { origin, sizeBytes, modified: before.mtimeMs, body: body(), whole };
  return { path, payload, sizeBytes, bytesRead: () => bytesRead };
}

function grew(path: string, before: Stats, now: Stats): StockbusError {
  const message = `'${path}' was written to while it was read: it had ${before.size} bytes, and has ${now.size} now`;
  const todo = 'nothing of it is booked; run the command again when the file is complete';
  return new StockbusError('PAYLOAD_GREW', message, { file: basename(path) }, { todo });
}

async function factsOf(path: string): Promise<Stats> {
  try {
    const facts = await stat(path);
    if (facts.isFile()) return facts;
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
