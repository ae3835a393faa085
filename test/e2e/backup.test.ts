/**
 * A backup is made while a hub books; the hub is killed, its data folder is lost but for the archive, and the backup is
 * restored. After the archive was sent again the books are those of an undisturbed run, row for row.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { commandLine } from '../../core/cli/commandLine.ts';
import { BEGINNING } from '../../core/commit.ts';
import { openBooks } from '../../core/hub/openBooks.ts';
import { queryRows } from '../../core/query.ts';
import { systemTime } from '../../core/runtime.ts';
import { reportsOf, startHub, until } from '../hubRun.ts';
import { embedded, type Workplace } from '../pairs.ts';
import { RecordedTerminal } from '../recordedTerminal.ts';
import { Desk, root } from './cli.ts';

const FIXTURE = 'test/fixtures/movements';
const FILES = 3;
const ROWS = 18_000;
const DOCUMENTS = ROWS / 3;

describe('a backup of books that a hub is writing', () => {
  const places: Workplace[] = [];

  async function newPlace(): Promise<Workplace> {
    const place = await embedded.workplace();
    places.push(place);
    return place;
  }

  after(async () => {
    for (const place of places) await place.remove([]);
  });

  it('and what was archived, sent again, give the books of an undisturbed run', async function () {
    this.timeout(240_000);
    const undisturbed = await newPlace();
    const files = Array.from({ length: FILES }, (_, file) => rows(file, ROWS / FILES));
    await drop(undisturbed, files);
    const first = await startHub('movements', undisturbed);
    await reportsOf(first, FILES);
    await first.close();
    const expected = await ledger(undisturbed);

    const lost = await newPlace();
    const backup = join((await newPlace()).data, 'backup');
    await drop(lost, files.slice(0, -1));
    const hub = spawn(process.execPath, ['core/main.ts', 'start', '--config', FIXTURE], {
      env: { ...process.env, ...lost.env, STOCKBUS_PORT: '0' },
      stdio: 'ignore',
    });
    const exit = once(hub, 'exit');
    try {
      await until('books', async () => ((await recorded(lost)) ?? BEGINNING) > BEGINNING);
      await stockbus(['backup', backup], lost);
      const { knownAt } = await manifestOf(backup);
      // However fast the hub is, not all of it is in the copy.
      await drop(lost, files.slice(-1), FILES - 1);
      await until('a commit after the copy', async () => (await recorded(lost))! > knownAt);
      await until('every file archived', async () => (await archived(lost)).length === FILES);
    } finally {
      hub.kill('SIGKILL');
      await exit;
    }

    const { knownAt, digest } = await manifestOf(backup);
    const proof = ['verify', '--known-at', knownAt, '--expect', digest];
    await stockbus(proof, { ...lost, env: { STOCKBUS_DATA: backup } });
    const restored = await newPlace();
    await stockbus(['restore', backup], restored);
    await stockbus(proof, restored);
    const before = await ledger(restored);
    assert.ok(before.length > 0 && before.length < expected.length, `${before.length} entries`);

    await drop(restored, await Promise.all((await archived(lost)).map((path) => readFile(path))));
    const again = await startHub('movements', restored);
    const reports = await reportsOf(again, FILES);
    await again.close();
    const sum = (name: 'booked' | 'exists' | 'parked'): number =>
      reports.reduce((all, report) => all + report[name], 0);
    assert.equal(sum('parked'), 0);
    assert.equal(sum('booked') + sum('exists'), DOCUMENTS);
    assert.ok(sum('exists') > 0, 'nothing of it was booked before');
    sameRows(await ledger(restored), expected);
    await stockbus(proof, restored);
    await stockbus(['verify'], restored);
  });
});

describe('docs/backup.md', () => {
  it('has steps that do what it says', async () => {
    const page = await readFile(join(root, 'docs/backup.md'), 'utf8');
    const blocks = [...page.matchAll(/^```console\n([\s\S]*?)^```$/gm)];
    assert.equal(blocks.length, 3);
    const desk = new Desk();
    try {
      const receipts = 'flows/samples/erp-purchase-receipts.csv';
      assert.equal((await desk.run(['run', 'erp-purchase-receipts', receipts])).code, 3);
      let out = '';
      for (const line of blocks.flatMap(([, text = '']) => text.trimEnd().split('\n'))) {
        const step = /^\$ (?:STOCKBUS_DATA=(\S+) )?npx stockbus (.*)$/.exec(line);
        if (!step) assert.ok(out.includes(line), `${line}\n--\n${out}`);
        else {
          const [, data, command = ''] = step;
          const ended = await desk.run(command.split(' '), data ? { STOCKBUS_DATA: data } : {});
          assert.equal(ended.code, 0, `${line}\n${ended.err}`);
          out = ended.out;
        }
      }
    } finally {
      desk.remove();
    }
  });
});

async function stockbus(line: readonly string[], { env }: Workplace): Promise<void> {
  const { terminal, said } = new RecordedTerminal();
  const args = [...line, '--config', FIXTURE];
  const where = { env, terminal, workingFolder: process.cwd(), enter: () => undefined };
  assert.equal(await commandLine(args, where), 0, `${line.join(' ')}\n${said.err}${said.out}`);
}

const manifestOf = async (backup: string): Promise<{ knownAt: string; digest: string }> =>
  JSON.parse(await readFile(join(backup, 'backup.json'), 'utf8'));

async function drop(
  place: Workplace,
  files: readonly (string | Buffer)[],
  first = 0,
): Promise<void> {
  const folder = join(place.data, 'in');
  await mkdir(folder, { recursive: true });
  for (const [at, content] of files.entries()) {
    const index = first + at;
    await writeFile(join(folder, `.${index}`), content);
    await rename(join(folder, `.${index}`), join(folder, `movements-${index}.csv`));
  }
}

/** Documents of three rows over 100 items; costs differ, so that the order of booking shows in values. */
function rows(file: number, count: number): string {
  let text = 'Document,Line,Kind,At,Item,Place,Quantity,Cost\n';
  for (let row = file * count; row < (file + 1) * count; row += 1) {
    const document = Math.floor(row / 3);
    const kind = document % 3 === 0 ? 'receipt' : 'issue';
    const at = new Date(Date.UTC(2026, 0, 1) + document * 1000).toISOString();
    const cells = [`D${document}`, (row % 3) + 1, kind, at, `ITEM-${(row * 7) % 100}`, 'W'];
    text += `${[...cells, 1 + (row % 7), `${1 + (row % 13)}.25`].join(',')}\n`;
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

/** The first row that differs is enough to see. */
function sameRows(found: readonly Row[], expected: readonly Row[]): void {
  for (const [index, row] of expected.entries()) {
    if (!isDeepStrictEqual(found[index], row)) assert.deepEqual(found[index], row);
  }
  assert.equal(found.length, expected.length);
}

/** When the last commit was; nothing where there are no books yet. */
async function recorded(place: Workplace): Promise<string | undefined> {
  try {
    const { store, close } = await openBooks(FIXTURE, place.env);
    const last = await store.finalUntil();
    await close();
    return last;
  } catch {
    return undefined;
  }
}

/** Files that the hub is through with, in the order in which they came. */
async function archived(place: Workplace): Promise<string[]> {
  const folder = join(place.data, 'in/archive');
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files = names.filter((name) => name.endsWith('.csv'));
  return files.toSorted().map((name) => join(folder, name));
}
