import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folder } from '../../../connectors/folder.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { receiptOf, textOf, until } from '../../contract/connector/connectorContract.ts';

const idOf = (number: number): string => `01980000-0000-7000-8000-00000000000${number}`;

describe('folder source whose moves fail', () => {
  let path: string;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'stockbus-'));
  });
  afterEach(() => rm(path, { recursive: true, force: true }));

  it('takes a claimed file in once it can be moved again', async () => {
    const events: string[] = [];
    let ids = 0;
    const runtime = {
      ...systemRuntime((_level, event) => events.push(event)),
      random: () => 0,
      newId: () => {
        ids += 1;
        return idOf(ids);
      },
    };
    const texts: string[] = [];
    const from = { pattern: '*', settle: 30, rescan: 60, archive: 'archive' };
    const about = { name: 'inbox', flow: 'receipts', runtime };
    const source = folder.source!({ path }, from, about);
    const obstacle = join(path, '.claimed', `${idOf(2)}~a.csv`);
    await source.start(async (payload) => {
      texts.push(await textOf(payload.body));
      if (texts.length === 1) {
        await mkdir(obstacle);
        await appendFile(join(path, '.claimed', `${idOf(1)}~a.csv`), ' and more');
      }
      return receiptOf(payload);
    });
    await writeFile(join(path, 'a.csv'), 'some');
    await until(() => events.includes('folder_file_retried'));
    await rmdir(obstacle);
    await until(() => events.includes('folder_file_taken'));
    await source.stop();
    assert.equal(texts.at(-1), 'some and more');
    assert.deepEqual(await readdir(join(path, '.claimed')), []);
  });
});
