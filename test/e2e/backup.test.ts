/**
 * A backup is made while a hub books; the hub is killed, its books are lost, and the backup is restored. After the archive was
 * sent again the books are those of an undisturbed run: each document once, every balance and value. On both pairs, and once
 * more by the steps of docs/backup.md, as they stand there.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { commandLine } from '../../core/cli/commandLine.ts';
import { BEGINNING } from '../../core/commit.ts';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { openBooks } from '../../core/hub/openBooks.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { queryRows } from '../../core/query.ts';
import { systemTime } from '../../core/runtime.ts';
import { dropDatabase } from '../dropDatabase.ts';
import { reportsOf, startHub, until } from '../hubRun.ts';
import { describePairs, embedded, type Workplace } from '../pairs.ts';
import { RecordedTerminal } from '../recordedTerminal.ts';
import { Desk, logged, root } from './cli.ts';

const FIXTURE = 'test/fixtures/movements';
const FILES = 3;
const ROWS = 4_500;
const DOCUMENTS = ROWS / 3;
const QUEUES = [commandQueue(0), sinkQueue('feed')];

describePairs('a backup of books that a hub is writing', (pair) => {
  const places: Workplace[] = [];

  async function newPlace(of = pair): Promise<Workplace> {
    const place = await of.workplace();
    places.push(place);
    return place;
  }

  after(async () => {
    for (const place of places) await place.remove(QUEUES);
  });

  it('and what was archived, sent again, give the books of an undisturbed run', async function () {
    this.timeout(240_000);
    const undisturbed = await newPlace(embedded);
    const files = Array.from({ length: FILES }, (_, file) => rows(file, ROWS / FILES));
    await drop(undisturbed, files);
    const first = await startHub('movements', undisturbed);
    await reportsOf(first, FILES);
    await first.close();

    const lost = await newPlace();
    const backup = join((await newPlace(embedded)).data, 'backup');
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
    const isEmbedded = lost.env.STOCKBUS_STORE === undefined;
    if (isEmbedded) await stockbus(proof, { ...lost, env: { STOCKBUS_DATA: backup } });
    else await dropDatabase(lost.env.STOCKBUS_STORE!);
    // The broker of a server is still there, with what was not booked yet.
    const restored = isEmbedded ? await newPlace() : lost;
    await stockbus(['restore', backup], restored);
    await stockbus(proof, restored);
    const before = await facts(restored);
    const expected = await facts(undisturbed);
    assert.ok(before.length > 0 && before.length < expected.length, `${before.length} facts`);

    await drop(restored, await Promise.all((await archived(lost)).map((path) => readFile(path))));
    const again = await startHub('movements', restored);
    const reports = await reportsOf(again, FILES);
    await again.close();
    const sum = (name: 'booked' | 'exists' | 'parked'): number =>
      reports.reduce((all, report) => all + report[name], 0);
    assert.equal(sum('parked'), 0);
    assert.equal(sum('booked') + sum('exists'), DOCUMENTS);
    assert.ok(sum('exists') > 0, 'nothing of it was booked before');
    sameRows(await facts(restored), expected);
    for (const name of ['stock', 'valuation'] as const) {
      sameRows(await reportRows(restored, name), await reportRows(undisturbed, name));
    }
    await stockbus(proof, restored);
    await stockbus(['verify'], restored);
  });
});

describePairs('docs/backup.md', (pair) => {
  /** Books a file of receipts by a hub, and waits until they are in the books. */
  async function book(desk: Desk, data: string, receipts: string, env: Env): Promise<void> {
    const inbox = desk.path(data, 'inbox/erp');
    await mkdir(inbox, { recursive: true });
    await writeFile(join(inbox, `.${receipts}`), receiptOf(receipts));
    // Nothing in it says that its last receipt is complete, but that it was renamed once it was.
    await utimes(join(inbox, `.${receipts}`), 1, 1);
    await rename(join(inbox, `.${receipts}`), join(inbox, `receipts-${receipts}.csv`));
    await until(receipts, async () => (await entriesOf(desk, receipts, env)).length === 1);
  }

  it('has steps that do what it says', async function () {
    this.timeout(120_000);
    const page = await readFile(join(root, 'docs/backup.md'), 'utf8');
    const blocks = [...page.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, text]) => text!);
    assert.equal(blocks.length, 3);
    const place = await pair.workplace();
    const { STOCKBUS_DATA: _, ...servers } = place.env;
    const env: Env = { ...servers, STOCKBUS_LOG_FORMAT: 'json' };
    const desk = new Desk({}, ['erp-purchase-receipts']);
    const hubs: ReturnType<Desk['spawn']>[] = [];
    const start = async (): Promise<void> => {
      hubs.push(desk.spawn(['start'], env));
      await logged(hubs.at(-1)!, 'hub.started');
    };
    const kill = async (): Promise<void> => {
      const exit = once(hubs.at(-1)!, 'exit');
      hubs.at(-1)!.kill('SIGKILL');
      await exit;
    };
    const run = (line: string): Promise<string> => stepOf(line, { desk, env, start });
    try {
      await start();
      await book(desk, 'data', 'R1', env);
      await runBlock(blocks[0]!, run);
      await book(desk, 'data', 'R2', env);
      await kill();
      if (env.STOCKBUS_STORE) await dropDatabase(env.STOCKBUS_STORE);
      await rm(desk.path('data/store.db'), { force: true });
      await runBlock(blocks[1]!, run);
      await until('R2', async () => (await entriesOf(desk, 'R2', env)).length === 1);
      assert.equal((await entriesOf(desk, 'R1', env)).length, 1);
      await runBlock(blocks[2]!, run);
    } finally {
      for (const hub of hubs) hub.kill('SIGKILL');
      desk.remove();
      if (env.STOCKBUS_STORE) await dropDatabase(env.STOCKBUS_STORE);
      await place.remove([commandQueue(0)]);
    }
  });
});

type Env = Record<string, string>;

const receiptOf = (number: string): string =>
  'Status;ReceiptNo;Line;PurchaseOrder;Supplier;Item;Whse;Qty;Unit;Price;Curr;Posted\n' +
  `POSTED;${number};10;PO-1;S-1;000100470;BER;120;PCS;9,40;EUR;03.03.2026\n`;

async function entriesOf(desk: Desk, document: string, env: Env): Promise<string[]> {
  const { code, out } = await desk.run(['ledger', '--document', document, '--format', 'csv'], env);
  return code === 0 ? out.trimEnd().split('\n').slice(1) : [];
}

/** Each command of a block, and what stands below it in the block in what it says. */
async function runBlock(block: string, run: (line: string) => Promise<string>): Promise<void> {
  let out = '';
  for (const line of block.trimEnd().split('\n')) {
    if (line.startsWith('$ ')) out = await run(line.slice(2));
    else assert.ok(out.includes(line), `${line}\n--\n${out}`);
  }
}

/** What a step of the page says: it is done on this pair, from this folder. */
async function stepOf(
  line: string,
  { desk, env, start }: { desk: Desk; env: Env; start: () => Promise<void> },
): Promise<string> {
  const [, name, value] = /^export (\w+)=(\S+)/.exec(line) ?? [];
  if (name === 'STOCKBUS_STORE') {
    if (env[name]) env[name] = env[name].replace(/(\/\w+)\?/, '$1-2?');
  } else if (name) env[name] = value!;
  else if (line === 'npx stockbus start &') await start();
  else if (line.startsWith('npx stockbus ')) {
    const { knownAt, digest } = await manifestOf(desk.path('backups/monday')).catch(() => none);
    const command = line.replace(/^npx stockbus /, '').replace('KNOWN_AT', knownAt);
    const ended = await desk.run(command.replace('DIGEST', digest).split(' '), env);
    assert.equal(ended.code, 0, `${line}\n${ended.err}${ended.out}`);
    return ended.out;
  } else execFileSync('sh', ['-c', line], { cwd: desk.folder });
  return '';
}

const none = { knownAt: '', digest: '' };

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

/** What was booked, line by line, without the times at which it was written and what followed from the order. */
async function facts(place: Workplace): Promise<Row[]> {
  const all = await reportRows(place, 'ledger');
  const said = all.flatMap(({ corrects, document, line, kind, from, to, quantity, at, sku }) =>
    corrects === '' ? [{ document, line, kind, from, to, quantity, at, sku }] : [],
  );
  return said.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

async function reportRows(
  place: Workplace,
  name: 'ledger' | 'stock' | 'valuation',
): Promise<Row[]> {
  const { store, config, close } = await openBooks(FIXTURE, place.env);
  const all: Row[] = [];
  for await (const page of queryRows(store, config.stock, { name }, systemTime)) {
    // How many entries it took to get there depends on the order.
    for (const { version: _, ...row } of page) all.push(row);
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
