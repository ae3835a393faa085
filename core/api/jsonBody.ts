import type { Request } from 'express';
import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import { isObject } from '../spec.ts';

/** What a person or a program says of what is to be done: an object in JSON; nothing is an empty one. Throws HTTP_BAD_REQUEST. */
export async function jsonBody(request: Request): Promise<Record<string, unknown>> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += part.byteLength;
    if (bytes > limits.documentBytes * 2) {
      throw new StockbusError(
        'PAYLOAD_TOO_LARGE',
        `the body is larger than ${limits.documentBytes * 2} bytes`,
      );
    }
    parts.push(part);
  }
  if (bytes === 0) return {};
  const body = parsed(Buffer.concat(parts).toString('utf8'));
  if (isObject(body)) return body;
  throw new StockbusError('HTTP_BAD_REQUEST', 'the body is no object in JSON');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A text among what was said; undefined where it is left out. Throws HTTP_BAD_REQUEST. */
export function saidText(body: Record<string, unknown>, name: string): string | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.trim() !== '' && value.length <= limits.reasonCharacters)
    return value;
  const message = `'${name}' is no text of 1 to ${limits.reasonCharacters} characters`;
  throw new StockbusError('HTTP_BAD_REQUEST', message, { field: name });
}

export function neededText(body: Record<string, unknown>, name: string): string {
  const value = saidText(body, name);
  if (value !== undefined) return value;
  throw new StockbusError('HTTP_BAD_REQUEST', `'${name}' is missing`, { field: name });
}

/** Who does it, as logs of cases name it: whoever has the token may say a name. */
export function callerOf(body: Record<string, unknown>): string {
  const by = saidText(body, 'by');
  return by === undefined ? 'api' : `api:${by}`;
}
