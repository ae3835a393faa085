/** Rows as one payload, a line of JSON each. */
import { createHash } from 'node:crypto';
import type { PollTurn } from '../../core/ports.ts';
import type { SqlRow } from './SqlDriver.ts';

/** Resolves once they are durable, or parked. The same rows have the same id after a crash. */
export async function offerRows(
  turn: PollTurn,
  rows: readonly SqlRow[],
  name: string,
  place: string,
): Promise<void> {
  const hash = createHash('sha256');
  for (const { updated, key } of rows) hash.update(`${JSON.stringify([updated, ...key])}\n`);
  const page = `page ${hash.digest('base64url')}`;
  const ids = await turn.claim([page]);
  const lines = rows.map(({ json }) => Buffer.from(`${json}\n`));
  await turn.offer({
    ...{ intakeId: ids.get(page)!, name, place },
    contentType: 'application/x-ndjson',
    sizeBytes: lines.reduce((sum, line) => sum + line.byteLength, 0),
    body: linesOf(lines),
  });
}

async function* linesOf(lines: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* lines;
}
