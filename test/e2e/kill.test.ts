/**
 * kill -9 in the middle of an import, again and again: afterwards the ledger is that of an undisturbed
 * run, row for row, `verify` finds nothing, and the subscriber has every event. `npm run test:long` kills twenty times over
 * 100,000 rows.
 */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { openBooks } from '../../core/hub/openBooks.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { findGaps } from '../../core/producers/findGaps.ts';
import { readProducers } from '../../core/producers/readProducers.ts';
import { queryRows } from '../../core/query.ts';
import { silentLog, systemTime } from '../../core/runtime.ts';
import { verifyStore } from '../../core/verify.ts';
import { reportsOf, startHub, until } from '../hubRun.ts';
import { describePairs, embedded, type Workplace } from '../pairs.ts';
import { isLong, randomFrom, seed as seedOfSuite } from '../runs.ts';
import { spawnHub } from '../spawnHub.ts';

const ROWS = isLong ? 100_008 : 12_000;
const KILLS = isLong ? 20 : 3;
const FILES = 4;
const SMALL_FILES = isLong ? 2_000 : 60;
const QUEUES = [commandQueue(0), sinkQueue('feed')];
const FIXTURE = 'test/fixtures/movements';

describePairs(`kill -9, ${KILLS} times over ${ROWS} rows`, (pair) => {
  let undisturbed: Workplace;
  let killed: Workplace;
  const seed = seedOfSuite % 1_000_000;
  const random = randomFrom(seed);

  before(async () => {
    undisturbed = await pair.workplace();
    killed = await pair.workplace();
  });
  after(async function () {
    if (this.test?.parent?.tests.some((test) => test.isFailed())) {
      process.stdout.write(`${logged.slice(-40).join('\n')}\n`);
    }
    await undisturbed.remove(QUEUES);
    await killed.remove(QUEUES);
  });

  it(`ends in the books of an undisturbed run (seed ${seed})`, async function () {
    this.timeout(isLong ? 1_800_000 : 400_000);
    const run = await startHub('movements', undisturbed);
    await drop(undisturbed);
    await reportsOf(run, FILES, isLong ? 600_000 : 150_000);
    await run.close();
    const expected = await ledger(undisturbed);
    const moved = expected.filter(({ kind }) => kind === 'receive' || kind === 'issue');
    assert.equal(moved.length, ROWS);

    await drop(killed);
    const ids = new Set(moved.map(({ sku, seq }) => `${sku}#${seq}`));
    let hits = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const hub = await start(killed);
      await until('work in hand', async () => (await claims(killed)) > 0 || isBooking(killed));
      await wait(random() * (isLong ? 1_500 : 400));
      hub.kill('SIGKILL');
      await once(hub, 'exit');
      const known = await events(killed);
      if ((await claims(killed)) > 0 || (known.size > 0 && known.size < ids.size)) hits += 1;
    }
    assert.ok(hits > 0, 'no kill met a claimed file, or events of which only some had gone out');
    const hub = await start(killed);
    await until(
      'every event',
      async () => isSuperset(await events(killed), ids),
      isLong ? 600_000 : 150_000,
    );
    await until('every file archived', async () => (await waiting(killed)) === 0);
    hub.kill('SIGTERM');
    const [code] = await once(hub, 'exit');
    assert.equal(code, 0);
    sameRows(await ledger(killed), expected);
    assert.deepEqual(await differences(killed), []);
    const known = await events(killed);
    assert.deepEqual([...ids].filter((id) => !known.has(id)).slice(0, 10), []);
    assert.equal(known.size, ids.size);
  });

  it(`books each of ${SMALL_FILES} small files once, also those that went together with others`, async function () {
    this.timeout(200_000);
    const place = await pair.workplace();
    await dropSmall(place);
    const saidBefore = logged.length;
    const took = async (): Promise<number> => SMALL_FILES - (await waiting(place));
    let hits = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const hub = await start(place, 'intake');
      const before = await took();
      await until('work in hand', async () => (await claims(place)) > 0 || (await took()) > before);
      await wait(random() * 150);
      hub.kill('SIGKILL');
      await once(hub, 'exit');
      if ((await claims(place)) > 0) hits += 1;
      await dropSmall(place, kill + 1);
    }
    const hub = await start(place, 'intake');
    await until('every file archived', async () => (await waiting(place)) === 0);
    hub.kill('SIGTERM');
    await once(hub, 'exit');
    assert.ok(hits > 0, 'no kill met a claimed file');
    // Where a disk is memory, the embedded broker has confirmed one before the next is there.
    if (pair !== embedded)
      assert.ok((await joinedBy(place)) > 0, 'no message was of several payloads');

    const run = await startHub('movements', place, ['apply', 'relay', 'deliver']);
    const files = (KILLS + 1) * SMALL_FILES;
    await until('all booked', async () => (await ledger(place)).length >= files * 3, 100_000);
    await run.close();
    const booked = (await ledger(place)).map(({ document, line }) => `${document}/${line}`);
    assert.equal(booked.length, new Set(booked).size);
    assert.equal(booked.length, files * 3);
    const { store, config, close } = await openBooks(FIXTURE, place.env);
    assert.deepEqual((await verifyStore(store, config.stock)).differences, []);
    const { words, seen } = await readProducers(store, silentLog);
    assert.deepEqual(findGaps(words, seen).gaps, []);
    // What came again was known as a whole: not one of its messages had to be.
    const ids = intakesIn(logged.slice(saidBefore));
    assert.ok(ids.size > SMALL_FILES);
    for (const id of ids) {
      const { records, messages, exists, done } = (await store.intake(id))!;
      const told = { records, messages, exists, done };
      assert.deepEqual(told, { records: 3, messages: 1, exists: 0, done: true });
    }
    await close();
    await place.remove(QUEUES);
  });

  if (pair !== embedded) return;
  it('books everything once where the thread that books dies around commits, and the hub goes on', async function () {
    this.timeout(200_000);
    const place = await pair.workplace();
    const env = { ...place.env, ...dyingThread(place, 2) };
    await drop(place);
    const said: string[] = [];
    const hub = await spawnHub({ config: FIXTURE, roles: 'intake,apply,relay,deliver', env, said });
    const told = (event: string): number =>
      said.filter((line) => line.includes(`"${event}"`)).length;
    await until('the last thread', async () => told('hub.thread_again') === 2, 60_000);
    await until('every file archived', async () => (await waiting(place)) === 0, 100_000);
    const expected = await ledger(undisturbed);
    await until('all booked', async () => (await ledger(place)).length >= expected.length, 100_000);
    assert.equal(hub.exitCode, null, 'the process lives');
    hub.kill('SIGTERM');
    assert.deepEqual(await once(hub, 'exit'), [0, null]);
    sameRows(await ledger(place), expected);
    assert.deepEqual(await differences(place), []);
    await place.remove(QUEUES);
  });

  it('goes on from a failure of the world in a callback, and ends with 70 at a defect there', async () => {
    const place = await pair.workplace();
    const env = { ...place.env, ...dyingThread(place, 0) };
    const said: string[] = [];
    const hub = await spawnHub({ config: FIXTURE, roles: 'intake,apply,relay,deliver', env, said });
    const defects = (): { message: string; ends: boolean }[] =>
      said.filter((line) => line.includes('"process.defect"')).map((line) => JSON.parse(line));
    const exit = once(hub, 'exit');
    hub.kill('SIGUSR2');
    await until('the first', async () => defects().length === 1);
    hub.kill('SIGALRM');
    assert.deepEqual(await exit, [70, null]);
    assert.deepEqual(
      defects().map(({ message, ends }) => [message, ends]),
      [
        ['read ECONNRESET', false],
        ['planted', true],
      ],
    );
    await place.remove(QUEUES);
  });
});

const dyingThread = ({ data }: Workplace, deaths: number): Record<string, string> => ({
  NODE_OPTIONS: `--import ${join(import.meta.dirname, 'dyingThread.ts')}`,
  DEATHS: String(deaths),
  DEATHS_FILE: join(data, 'deaths'),
});

/** What the hubs of this suite logged, for whoever has to find out why it failed. */
const logged: string[] = [];

const start = ({ env }: Workplace, roles = 'intake,apply,relay,deliver'): Promise<ChildProcess> =>
  spawnHub({ config: FIXTURE, roles, env, said: logged });

/** Receipts of three rows, a file each. */
async function dropSmall({ data }: Workplace, round = 0): Promise<void> {
  const folder = join(data, 'in');
  await mkdir(folder, { recursive: true });
  for (let file = 0; file < SMALL_FILES; file += 1) {
    const name = `small-${round}-${String(file).padStart(3, '0')}`;
    const row = (line: number): string =>
      `${name},${line},receipt,2026-01-01T08:00:00Z,ITEM-${(file + line) % 50},W0,2,1.25`;
    const text = `Document,Line,Kind,At,Item,Place,Quantity,Cost\n${[1, 2, 3].map(row).join('\n')}\n`;
    await writeFile(join(folder, `.${name}`), text);
    await rename(join(folder, `.${name}`), join(folder, `${name}.csv`));
  }
}

/** By how many the payloads of the last process that took in are more than its messages. */
async function joinedBy({ env }: Workplace): Promise<number> {
  const { store, close } = await openBooks(FIXTURE, env);
  const { words } = await readProducers(store, silentLog);
  await close();
  const queues = words.filter(({ endedAt }) => endedAt).flatMap((word) => word.queues);
  return queues.reduce((sum, { open, settled }) => sum + open.length - settled, 0);
}

/** Of the files that were archived, as far as it was said before a kill. */
const intakesIn = (lines: readonly string[]): Set<string> =>
  new Set(
    lines
      .filter((line) => line.includes('"folder.file_taken"'))
      .map((line) => (JSON.parse(line) as { intakeId: string }).intakeId),
  );

async function drop(place: Workplace): Promise<void> {
  const folder = join(place.data, 'in');
  await mkdir(folder, { recursive: true });
  const perFile = ROWS / FILES;
  for (let file = 0; file < FILES; file += 1) {
    const temporary = join(folder, `.movements-${file}`);
    await writeFile(temporary, rows(file * perFile, perFile));
    await rename(temporary, join(folder, `movements-${file}.csv`));
  }
}

/** Documents of three rows over 200 items; costs differ, so that the order of booking shows in values. */
function rows(first: number, count: number): string {
  let text = 'Document,Line,Kind,At,Item,Place,Quantity,Cost\n';
  for (let row = first; row < first + count; row += 1) {
    const document = Math.floor(row / 3);
    const kind = document % 3 === 0 ? 'receipt' : 'issue';
    const at = new Date(Date.UTC(2026, 0, 1) + document * 1000).toISOString();
    const quantity = kind === 'receipt' ? 5 + (row % 7) : 1 + (row % 4);
    text += `D${document},${(row % 3) + 1},${kind},${at},ITEM-${(row * 7) % 200},W${row % 2},${quantity}.5,${1 + (row % 13)}.25\n`;
  }
  return text;
}

type Row = Record<string, unknown>;

/** The ledger without the times at which it was written, and the packs that they are in. */
async function ledger(place: Workplace): Promise<Row[]> {
  const { store, config, close } = await openBooks(FIXTURE, place.env);
  const all: Row[] = [];
  for await (const page of queryRows(store, config.stock, { name: 'ledger' }, systemTime)) {
    for (const { recordedAt: _at, pack: _pack, ...row } of page) all.push(row);
  }
  await close();
  return all;
}

/** What `stockbus verify` finds. */
async function differences(place: Workplace): Promise<unknown[]> {
  const { store, config, close } = await openBooks(FIXTURE, place.env);
  const report = await verifyStore(store, config.stock);
  const { words, seen } = await readProducers(store, silentLog);
  await close();
  assert.deepEqual(findGaps(words, seen).gaps, [], 'who was killed has lost nothing');
  assert.ok(report.entries >= ROWS);
  return report.differences;
}

/** The first row that differs is enough to see; telling all of them takes all memory. */
function sameRows(rows: readonly Row[], expected: readonly Row[]): void {
  for (const [index, row] of expected.entries()) {
    if (!isDeepStrictEqual(rows[index], row)) assert.deepEqual(rows[index], row);
  }
  assert.equal(rows.length, expected.length);
}

async function events(place: Workplace): Promise<Set<string>> {
  const folder = join(place.data, 'out');
  const names = await readdir(folder).catch(() => []);
  const ids = new Set<string>();
  for (const name of names.filter((file) => file.endsWith('.ndjson') && !file.startsWith('.'))) {
    for (const line of (await readFile(join(folder, name), 'utf8')).split('\n')) {
      if (line === '') continue;
      const { sku, version } = JSON.parse(line);
      ids.add(`${sku}#${version}`);
    }
  }
  return ids;
}

async function waiting(place: Workplace): Promise<number> {
  const open = (await readdir(join(place.data, 'in'))).filter((name) => name.endsWith('.csv'));
  return open.length + (await claims(place));
}

/** Files that a hub has in hand, or had when it died. */
async function claims(place: Workplace): Promise<number> {
  const names = await readdir(join(place.data, 'in/.claimed')).catch(() => []);
  return names.filter((name) => name.endsWith('.csv')).length;
}

/** True once something went out: what came in is being booked. */
async function isBooking(place: Workplace): Promise<boolean> {
  const names = await readdir(join(place.data, 'out')).catch(() => []);
  return names.some((name) => !name.startsWith('.'));
}

function isSuperset(all: Set<string>, some: Set<string>): boolean {
  for (const id of some) if (!all.has(id)) return false;
  return true;
}
