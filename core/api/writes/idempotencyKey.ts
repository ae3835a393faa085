import type { Request } from 'express';
import { StockbusError } from '../../errors.ts';

/** A string of RFC 9651, or a bare one, as many send it. */
const STRING = /^"((?:[ !#-[\]-~]|\\["\\]){1,255})"$/;
const BARE = /^[!#-+\--:<-[\]-~]{1,255}$/;

/** Undefined where the sender asks for nothing to be kept. Throws HTTP_BAD_REQUEST. */
export function idempotencyKey({ headers }: Request): string | undefined {
  const given = headers['idempotency-key'];
  if (given === undefined) return undefined;
  const text = String(given).trim();
  const [, quoted] = STRING.exec(text) ?? [];
  if (quoted !== undefined) return quoted.replaceAll(/\\(["\\])/g, '$1');
  if (BARE.test(text)) return text;
  const message = 'Idempotency-Key is no string of 1 to 255 printable characters of ASCII';
  throw new StockbusError('HTTP_BAD_REQUEST', message, { field: 'idempotency-key' });
}
