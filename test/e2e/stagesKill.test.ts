/**
 * kill -9 at random moments while records wait in all kinds of stages: afterwards each is booked once, and the ledger is that
 * of an undisturbed run. `npm run test:long` kills twenty times.
 */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { formatDecimal } from '../../core/decimal.ts';
import { openBooks } from '../../core/hub/openBooks.ts';
import type { Books } from '../../core/ports.ts';
import { verifyStore } from '../../core/verify.ts';
import { until } from '../hubRun.ts';
import { describePairs, type Workplace } from '../pairs.ts';
import { isLong, randomFrom, seed as seedOfSuite } from '../runs.ts';
import { spawnHub } from '../spawnHub.ts';
import { stageQueues } from './stageQueues.ts';

const KILLS = isLong ? 20 : 3;
const DOCUMENTS = isLong ? 20_000 : 600;
const FIXTURE = 'test/fixtures/stages';
const AT = '2026-01-05T08:00:00Z';

describePairs(`kill -9, ${KILLS} times, while ${DOCUMENTS} documents wait`, (pair) => {
  const seed = seedOfSuite % 1_000_000;
  const random = randomFrom(seed);
  let place: Workplace;

  before(async () => {
    place = await pair.workplace();
    await mkdir(join(place.data, 'in'), { recursive: true });
  });
  after(async function () {
    if (this.test?.parent?.tests.some((test) => test.isFailed()))
      process.stdout.write(`${logged.slice(-40).join('\n')}\n`);
    await place.remove(stageQueues);
  });

  it(`loses none and books none twice (seed ${seed})`, async function () {
    this.timeout(isLong ? 1_800_000 : 240_000);
    // Of each document one half comes before a kill, and the other after it.
    const parts = [...waves(random)];
    let hits = 0;
    for (const [index, files] of parts.entries()) {
      for (const [name, text] of Object.entries(files))
        await drop(place, `${name}-${index}.csv`, text);
      const hub = await start(place);
      await wait(random() * (isLong ? 3_000 : 1_500));
      hub.kill('SIGKILL');
      await once(hub, 'exit');
      if (await looked(place, async (books) => (await rowsOf(books)) > 0)) hits += 1;
    }
    assert.ok(hits > 0, 'no kill met anything that waited');
    const hub = await start(place);
    await until(
      'all documents',
      () => looked(place, async (books) => (await documentsIn(books)).size >= 2 * DOCUMENTS),
      isLong ? 900_000 : 150_000,
    );
    await until('the rest of what waits', () =>
      looked(place, async (books) => (await openRowsOf(books)) === 0),
    );
    hub.kill('SIGTERM');
    assert.equal((await once(hub, 'exit'))[0], 0);
    await looked(place, async (books, stock) => {
      assert.deepEqual(await documentsIn(books), expected());
      assert.deepEqual((await books.parked({}, { limit: 5 })).rows, []);
      assert.deepEqual((await verifyStore(books, stock)).differences, []);
    });
  });
});

/** By document what it brought: its lines and quantities. */
const expected = (): Map<string, string> =>
  new Map([
    ...numbers((number) => [`M${number}`, `S${number % 50} ${1 + (number % 9)}`] as const),
    ...numbers((number) => [`G${number}`, `A 1, B 2`] as const),
  ]);

const numbers = <T>(of: (number: number) => T): T[] =>
  Array.from({ length: DOCUMENTS }, (_, number) => of(number));

/** What is dropped before each start: halves of documents, in a random order of files. */
function* waves(random: () => number): Generator<Record<string, string>> {
  const waveOf = numbers(
    () => [Math.floor(random() * KILLS), Math.floor(random() * KILLS)] as const,
  );
  const at = (wave: number, half: 0 | 1, row: (number: number) => string, head: string): string =>
    [head, ...waveOf.flatMap((waves, number) => (waves[half] === wave ? row(number) : []))].join(
      '\n',
    );
  for (let wave = 0; wave < KILLS; wave += 1) {
    yield {
      announced: at(wave, 0, (n) => `D${n},1,S${n % 50},${1 + (n % 9)}`, 'number,line,sku,qty'),
      matched: at(wave, 1, (n) => `M${n},D${n},${AT}`, 'number,despatch,at'),
      'halves-a': at(wave, 0, (n) => `G${n},${AT},A,W,1,2`, 'doc,at,sku,place,qty,total'),
      'halves-b': at(wave, 1, (n) => `G${n},${AT},B,W,2,2`, 'doc,at,sku,place,qty,total'),
    };
  }
}

/** What the hubs of this suite logged, for whoever has to find out why it failed. */
const logged: string[] = [];

const start = ({ env }: Workplace): Promise<ChildProcess> =>
  spawnHub({ config: FIXTURE, roles: 'intake,apply,relay,deliver', env, said: logged });

async function drop({ data }: Workplace, name: string, text: string): Promise<void> {
  await writeFile(join(data, 'in', `.${name}`), `${text}\n`);
  await rename(join(data, 'in', `.${name}`), join(data, 'in', name));
}

async function looked<T>(
  place: Workplace,
  look: (books: Books, stock: Parameters<typeof verifyStore>[1]) => Promise<T>,
): Promise<T> {
  const { store, config, close } = await openBooks(FIXTURE, place.env);
  try {
    return await look(store, config.stock);
  } finally {
    await close();
  }
}

async function documentsIn(books: Books): Promise<Map<string, string>> {
  const lines = new Map<string, string[]>();
  for (let after: string | undefined; ; ) {
    const page = await books.ledger({}, { limit: 1_000, ...(after ? { after } : {}) });
    for (const { document, sku, quantity } of page.rows) {
      const line = `${sku} ${formatDecimal(quantity)}`;
      lines.set(document, [...(lines.get(document) ?? []), line]);
    }
    after = page.next;
    if (!after) break;
  }
  return new Map([...lines].map(([document, all]) => [document, all.sort().join(', ')]));
}

const rowsOf = async (books: Books): Promise<number> =>
  (await books.staged({}, { limit: 1 })).rows.length;

/** Rows in which some record waits: what is remembered of those that have gone is left out. */
async function openRowsOf(books: Books): Promise<number> {
  let open = 0;
  for (let after: string | undefined; ; ) {
    const page = await books.staged({}, { limit: 1_000, ...(after ? { after } : {}) });
    for (const { waiting } of page.rows) open += waiting;
    after = page.next;
    if (!after) return open;
  }
}
