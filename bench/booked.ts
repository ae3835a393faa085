/**
 * Not measured: books the same files once on the embedded pair and leaves everything behind, for the
 * raw limits to write the very same rows. Intake runs alone first, so that what it published lies in
 * the queue and can be weighed; then apply alone.
 *
 *   node bench/booked.ts FIXTURE SAMPLES DATA
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
}

const STAGE_TIMEOUT_MS = 120_000;

const [fixture, samples, data] = process.argv.slice(2) as [string, string, string];
await mkdir(join(data, 'in'), { recursive: true });
const names = (await readdir(samples)).sort();
for (const name of names) await copyFile(join(samples, name), join(data, 'in', name));

const taken: string[] = [];
const intake = await openBenchHub(fixture, data, ['intake'], (_level, event, fields) => {
  if (event === 'intake.done') taken.push(String(fields?.intakeId));
});
await intake.hub.start();
await until('every file to be taken in', STAGE_TIMEOUT_MS, () => taken.length >= names.length);
await intake.close();
const commandBytes = sizesOfCommands();

const apply = await openBenchHub(fixture, data, ['apply'], () => undefined);
await apply.hub.start();
for (const id of taken) {
  const isDone = async () => (await apply.store.intake(id))?.done;
  await until('every row to be booked', STAGE_TIMEOUT_MS, isDone);
}
await apply.close();
answer({ commandBytes } satisfies BookedFigures);

function sizesOfCommands(): number[] {
  const database = new DatabaseSync(join(data, 'broker.db'), { readOnly: true });
  try {
    const sizes = database.prepare('SELECT length(body) AS size FROM bodies ORDER BY seq').all();
    return sizes.map(({ size }) => Number(size));
  } finally {
    database.close();
  }
}
