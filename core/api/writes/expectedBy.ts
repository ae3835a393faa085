/** `If-Match`: the version that what a command changes must still have, as an ETag of it said. */
import type { Request, Response } from 'express';
import { StockbusError } from '../../errors.ts';
import { type CommandType, movementTypes } from '../../message.ts';

const comparing: ReadonlySet<CommandType> = new Set([
  ...movementTypes,
  ...(['stock.opening.v1', 'item.upsert.v1'] as const),
  ...(['reservation.update.v1', 'reservation.commit.v1', 'reservation.void.v1'] as const),
]);

/** Whether something of it has a version that If-Match could name. */
export const isCompared = (type: CommandType): boolean => comparing.has(type);

/** The version, and behind it what else tells one answer from another. */
const ETAG = /^"(\d{1,15})(?:-[\w-]+)?"$/;

/** Undefined where the sender expects nothing. Throws HTTP_BAD_REQUEST. */
export function expectedBy({ headers }: Request, type: CommandType): string | undefined {
  const given = headers['if-match'];
  if (given === undefined) return undefined;
  const refuse = (message: string): never => {
    throw new StockbusError('HTTP_BAD_REQUEST', message, { field: 'if-match' });
  };
  if (!isCompared(type)) refuse(`nothing of ${type} has a version that If-Match could name`);
  const [, version] = ETAG.exec(given.trim()) ?? [];
  return version ?? refuse(`If-Match is ${given.slice(0, 60)}, not one ETag such as "17"`);
}

/** Of what an answer is of; its ETag begins with it. */
export const VERSION_HEADER = 'stockbus-version';

/** In the ETag of the answer, as If-Match takes it; what else the answer changes with stands behind it (core/api/tagged.ts). */
export function sendVersion(response: Response, version: string | number): void {
  response.setHeader(VERSION_HEADER, String(version));
}
