/**
 * Not measured: books the same files once on the embedded pair and leaves everything behind, for the
 * raw limits to write the very same rows. Intake runs alone first, so that what it published lies in
 * the queue and can be weighed; then apply alone, so that the events stay in the outbox.
 *
 *   node bench/booked.ts SAMPLES DATA
 */
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openBenchHub } from './benchHub.ts';
import { answer } from './child.ts';
import { until } from './until.ts';

export interface BookedFigures {
  /** Bytes of each message that intake published. */
  commandBytes: number[];
  /** Bytes of each message that relay would publish. */
  eventBytes: number[];
}

const STAGE_TIMEOUT_MS = 120_000;

const [samples, data] = process.argv.slice(2) as [string, string];
await mkdir(join(data, 'in'), { recursive: true });
const names = (await readdir(samples)).sort();
for (const name of names) await copyFile(join(samples, name), join(data, 'in', name));

const taken: string[] = [];
const intake = await openBenchHub(data, ['intake'], (_level, event, fields) => {
  if (event === 'intake.done') taken.push(String(fields?.intakeId));
});
await intake.hub.start();
await until('every file to be taken in', STAGE_TIMEOUT_MS, () => taken.length >= names.length);
await intake.close();
const commandBytes = sizesIn('broker.db', 'SELECT length(body) AS size FROM bodies ORDER BY seq');

const apply = await openBenchHub(data, ['apply'], () => undefined);
await apply.hub.start();
for (const id of taken) {
  const isDone = async () => (await apply.store.intake(id))?.done;
  await until('every row to be booked', STAGE_TIMEOUT_MS, isDone);
}
await apply.close();
const eventBytes = sizesIn(
  'store.db',
  'SELECT octet_length(body) AS size FROM outbox ORDER BY position',
);
answer({ commandBytes, eventBytes } satisfies BookedFigures);

function sizesIn(file: string, sql: string): number[] {
  const database = new DatabaseSync(join(data, file), { readOnly: true });
  try {
    return database
      .prepare(sql)
      .all()
      .map(({ size }) => Number(size));
  } finally {
    database.close();
  }
}
