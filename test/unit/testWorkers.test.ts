import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FileResult, runFiles } from '../TestWorkers.ts';

/** What a worker makes of each file; all of them in one process, unless that ends. */
const files: Record<string, string> = {
  good: "describe('a', () => { it('passes', () => {}); it.skip('is skipped', () => {}); });",
  bad: "it('fails', () => { throw new Error('on purpose'); });",
  unreadable: 'import { nothing } from "./nowhere.mjs";',
  dying: "it('ends the process', () => process.kill(process.pid, 'SIGKILL'));",
  hanging: "it('never ends', function () { this.timeout(0); return new Promise(() => {}); });",
  last: "it('prints', () => console.log('after all of that'));",
};

describe('test files in processes of their own', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'stockbus-workers-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(path(name), text);
  });
  after(() => rmSync(folder, { recursive: true }));

  const path = (name: string): string => join(folder, `${name}.mjs`);
  const options = { workers: 2, env: {}, timeoutMs: 5_000, fileTimeoutMs: 8_000 };

  it('are counted whatever becomes of them, and none takes another down', async () => {
    const told: string[] = [];
    const results = await runFiles(Object.keys(files).map(path), options, ({ file }) => {
      told.push(file);
    });
    const of = (name: string): FileResult => results.find(({ file }) => file === path(name))!;
    const countsOf = (name: string): number[] => {
      const { passed, failed, skipped } = of(name);
      return [passed, failed, skipped];
    };
    assert.equal(told.length, Object.keys(files).length);
    assert.deepEqual(countsOf('good'), [1, 0, 1]);
    assert.deepEqual(countsOf('bad'), [0, 1, 0]);
    assert.match(of('bad').output, /on purpose/);
    assert.deepEqual(countsOf('unreadable'), [0, 1, 0]);
    assert.match(of('unreadable').output, /cannot be run.*nowhere/s);
    assert.deepEqual(countsOf('dying'), [0, 1, 0]);
    assert.match(of('dying').output, /its process ended \(SIGKILL\)/);
    assert.deepEqual(countsOf('hanging'), [0, 1, 0]);
    assert.deepEqual(countsOf('last'), [1, 0, 0]);
    assert.match(of('last').output, /after all of that/);
  });

  it('run only the tests whose name is asked for', async () => {
    const [result] = await runFiles(
      [path('good')],
      { ...options, grep: 'nobody' },
      () => undefined,
    );
    assert.deepEqual([result!.passed, result!.failed], [0, 0]);
  });
});
