import assert from 'node:assert/strict';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folder } from '../../../connectors/folder.ts';
import { isStockbusError, StockbusError } from '../../../core/errors.ts';
import type { Accept, Payload, Receipt, Source } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { receiptOf, textOf, until } from '../../contract/connector/connectorContract.ts';

const INTAKE = '01980000-0000-7000-8000-000000000001';

describe('folder source', () => {
  let path: string;
  let sources: Source[];
  let events: string[];

  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'stockbus-'));
    sources = [];
    events = [];
  });

  afterEach(async () => {
    await Promise.all(sources.map((source) => source.stop()));
    await rm(path, { recursive: true, force: true });
  });

  const open = async (accept: Accept, pattern = '*', settle = 30): Promise<Source> => {
    const log = (_level: string, event: string) => events.push(event);
    const runtime = { ...systemRuntime(log), random: () => 0 };
    const from = { pattern, settle, rescan: 60, archive: 'archive' };
    const source = folder.source!({ path }, from, { name: 'inbox', flow: 'receipts', runtime });
    sources.push(source);
    await source.start(accept);
    return source;
  };

  const taker = (): { accept: Accept; names: string[]; texts: string[] } => {
    const names: string[] = [];
    const texts: string[] = [];
    const accept = async (payload: Payload): Promise<Receipt> => {
      const text = await textOf(payload.body);
      names.push(payload.origin.name);
      texts.push(text);
      return receiptOf(payload);
    };
    return { accept, names, texts };
  };

  const files = async (inside: string): Promise<string[]> =>
    (await readdir(join(path, inside)).catch(() => [])).sort();

  const archived = async (): Promise<string[]> => {
    const [day] = await files('archive');
    return day === undefined ? [] : files(join('archive', day));
  };

  const drop = (name: string, text = name) => writeFile(join(path, name), text);

  it('takes files in the order of their change, then of their names', async () => {
    for (const [name, second] of [
      ['c.csv', 1],
      ['b.csv', 2],
      ['a.csv', 2],
    ] as const) {
      await drop(name);
      await utimes(join(path, name), second, second);
    }
    const { accept, names } = taker();
    await open(accept);
    await until(() => names.length === 3);
    assert.deepEqual(names, ['c.csv', 'a.csv', 'b.csv']);
  });

  it('leaves other names, hidden and unfinished files, folders and links alone', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'stockbus-'));
    await writeFile(join(outside, 'secret.csv'), 'secret');
    await symlink(join(outside, 'secret.csv'), join(path, 'link.csv'));
    await mkdir(join(path, 'folder.csv'));
    const others = [
      'x.txt',
      '.hidden.csv',
      'a.csv.tmp',
      'b.csv.part',
      'c.filepart',
      'd.crdownload',
    ];
    for (const name of others) await drop(name);
    const { accept, names } = taker();
    await open(accept, '*.{csv,tmp,part,filepart,crdownload}');
    await drop('last.csv');
    await until(() => names.length === 1);
    assert.deepEqual(names, ['last.csv']);
    const left = await files('.');
    for (const name of [...others, 'link.csv', 'folder.csv']) assert.ok(left.includes(name), name);
    await rm(outside, { recursive: true });
  });

  it('waits until a slow writer is done', async () => {
    const { accept, texts } = taker();
    await open(accept, '*', 200);
    for (let line = 0; line < 6; line += 1) {
      await appendFile(join(path, 'slow.csv'), `${line};`);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await until(() => texts.length > 0);
    assert.deepEqual(texts, ['0;1;2;3;4;5;']);
  });

  it('reads a file again as a new intake when it changed while it was being read', async () => {
    const seen: [id: string, text: string][] = [];
    await drop('grows.csv', 'one,');
    await open(async (payload) => {
      const text = await textOf(payload.body);
      if (seen.length === 0) {
        const [claimed] = (await files('.claimed')).filter((name) => name.includes('~'));
        await appendFile(join(path, '.claimed', claimed!), 'two');
      }
      seen.push([payload.origin.intakeId, text]);
      return receiptOf(payload);
    });
    await until(async () => (await archived()).length === 1);
    assert.deepEqual(
      seen.map(([, text]) => text),
      ['one,', 'one,two'],
    );
    assert.notEqual(seen[0]![0], seen[1]![0]);
    assert.ok(events.includes('folder_file_changed'));
  });

  it('archives a second file of the same name beside the first', async () => {
    const { accept } = taker();
    await open(accept);
    for (let count = 1; count <= 3; count += 1) {
      await drop('same.csv', `file ${count}`);
      await until(async () => (await archived()).length === count);
    }
    assert.deepEqual(await archived(), ['same-2.csv', 'same-3.csv', 'same.csv']);
  });

  it('writes rejects only once the file is taken in, and nothing without rejects', async () => {
    await drop('a.csv');
    await drop('clean.csv');
    let during: string[] = [];
    await open(async (payload) => {
      if (payload.origin.name === 'a.csv') {
        await payload.rejects!.write(Buffer.from('bad '));
        await payload.rejects!.write(Buffer.from('row'));
        during = (await files('rejected')).filter((name) => !name.startsWith('.'));
      }
      return receiptOf(payload);
    });
    await until(async () => (await archived()).length === 2);
    await until(async () => (await files('rejected')).includes('a.rejected.csv'));
    assert.deepEqual(during, []);
    assert.deepEqual(await files('rejected'), ['a.rejected.csv']);
    assert.equal(await readFile(join(path, 'rejected', 'a.rejected.csv'), 'utf8'), 'bad row');
  });

  it('writes rejects from scratch after a failed attempt', async () => {
    let attempt = 0;
    await drop('a.csv');
    await open(async (payload) => {
      attempt += 1;
      await payload.rejects!.write(Buffer.from(`rejects of attempt ${attempt}`));
      if (attempt === 1) throw new StockbusError('BROKER_UNREACHABLE', 'away');
      return receiptOf(payload);
    });
    await until(async () => (await files('rejected')).includes('a.rejected.csv'));
    const text = await readFile(join(path, 'rejected', 'a.rejected.csv'), 'utf8');
    assert.equal(text, 'rejects of attempt 2');
  });

  it('after a crash, publishes complete rejects and drops half-written ones', async () => {
    const other = INTAKE.replace(/1$/, '2');
    await mkdir(join(path, '.claimed'));
    await mkdir(join(path, 'rejected'));
    await drop(join('.claimed', `${INTAKE}~again.csv`), 'again');
    await drop(join('rejected', `.${INTAKE}~again.csv.part`), 'half');
    await drop(join('rejected', `.${other}~done.csv.part`), 'complete');
    await open(async (payload) => {
      await payload.rejects!.write(Buffer.from('whole'));
      return receiptOf(payload);
    });
    await until(async () => (await files('rejected')).length === 2);
    await until(async () => (await files('rejected')).includes('again.rejected.csv'));
    const read = (name: string) => readFile(join(path, 'rejected', name), 'utf8');
    assert.equal(await read('again.rejected.csv'), 'whole');
    assert.equal(await read('done.rejected.csv'), 'complete');
  });

  it('takes up what a crash left, in the order it was claimed, before anything new', async () => {
    const other = INTAKE.replace(/1$/, '2');
    await mkdir(join(path, '.claimed'));
    await drop(join('.claimed', `${other}~a.csv`));
    await drop(join('.claimed', `${INTAKE}~b.csv`));
    await drop('new.csv');
    const ids: string[] = [];
    await open(async (payload) => {
      ids.push(payload.origin.intakeId);
      return receiptOf(payload);
    });
    await until(() => ids.length === 3);
    assert.deepEqual(ids.slice(0, 2), [INTAKE, other]);
  });

  it('shares a folder between flows with patterns of their own', async () => {
    const receipts = taker();
    const sales = taker();
    await open(receipts.accept, 'receipts-*.csv');
    await open(sales.accept, 'sales-*.csv');
    await drop('receipts-1.csv');
    await drop('sales-1.csv');
    await until(() => receipts.names.length + sales.names.length === 2);
    assert.deepEqual([receipts.names, sales.names], [['receipts-1.csv'], ['sales-1.csv']]);
  });

  it('gives each file to one of two hubs', async () => {
    const one = taker();
    const two = taker();
    await open(one.accept);
    await open(two.accept);
    for (let index = 0; index < 20; index += 1) await drop(`f${index}.csv`);
    await until(async () => (await archived()).length === 20);
    const all = [...one.names, ...two.names].sort();
    assert.equal(all.length, 20);
    assert.equal(new Set(all).size, 20);
  });

  it('goes on with others while a file cannot be read', async () => {
    const { accept, names } = taker();
    await drop('bad.csv');
    await open(async (payload) => {
      if (payload.origin.name === 'bad.csv') throw new StockbusError('FOLDER_READ_FAILED', 'I/O');
      return accept(payload);
    });
    await until(() => events.includes('folder_file_retried'));
    await drop('good.csv');
    await until(() => names.length === 1);
    assert.deepEqual(names, ['good.csv']);
  });

  it('makes a missing folder, and says what is wrong when it cannot', async () => {
    const root = path;
    path = join(root, 'a', 'b');
    await open(taker().accept);
    assert.ok((await readdir(path)).includes('.claimed'));
    await Promise.all(sources.map((source) => source.stop()));
    await writeFile(join(root, 'file'), '');
    path = join(root, 'file', 'inbox');
    await assert.rejects(open(taker().accept), (error) => isStockbusError(error, 'FOLDER_MISSING'));
    path = join(root, 'file');
    await assert.rejects(open(taker().accept), (error) =>
      isStockbusError(error, 'FOLDER_UNUSABLE'),
    );
    path = root;
  });

  it('says once that the folder went away, and works when it is back', async () => {
    const { accept, names } = taker();
    await open(accept);
    await rename(path, `${path}-away`);
    await until(() => events.includes('folder_unreadable'));
    await rename(`${path}-away`, path);
    await drop('a.csv');
    await until(() => names.length === 1);
    assert.equal(events.filter((event) => event === 'folder_unreadable').length, 1);
    assert.ok(events.includes('folder_readable_again'));
  });

  it('takes files from a folder that was removed and made anew', async () => {
    const { accept, names } = taker();
    await open(accept);
    await rm(path, { recursive: true });
    await until(() => events.includes('folder_unreadable'));
    await mkdir(path);
    await drop('a.csv');
    await until(() => names.length === 1);
  });

  it('refuses names that are too long or no UTF-8, each once', async () => {
    const { accept, names } = taker();
    await drop(`${'n'.repeat(230)}.csv`);
    await writeFile(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xe4, 0x2e, 0x63])]), 'x');
    await open(accept);
    await drop('short.csv');
    await until(() => names.length === 1);
    assert.deepEqual(names, ['short.csv']);
    assert.equal(events.filter((event) => event === 'folder_file_refused').length, 2);
  });
});
