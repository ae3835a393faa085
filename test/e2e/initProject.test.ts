/** From an empty folder to booked stock. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Desk } from './cli.ts';

describe('stockbus init', () => {
  let desk: Desk;
  let home: string;

  beforeEach(() => {
    desk = new Desk();
    home = mkdtempSync(join(tmpdir(), 'stockbus-init-'));
  });

  afterEach(() => {
    desk.remove();
    rmSync(home, { recursive: true, force: true });
  });

  it('makes a project that is in order, tested to the last condition, and books', async () => {
    const project = join(home, 'hub');
    const at = (...line: string[]) => desk.run([...line, '--config', project]);
    const made = await desk.run(['init', project]);
    assert.equal(made.code, 0, made.err);
    assert.match(made.out, /^ {2}flows\/receipts\.yaml$/m);
    const lint = await at('lint');
    assert.deepEqual([lint.code, lint.out], [0, '1 flow and the configuration are in order.\n']);
    const tested = await at('test', '--coverage', '--threshold', '100');
    assert.equal(tested.code, 0, tested.out + tested.err);
    const sample = join(project, 'flows/samples/receipts-1.csv');
    const run = await at('run', 'receipts', sample);
    assert.deepEqual([run.code, /2 booked, 0 booked before, 0 parked/.test(run.out)], [0, true]);
    assert.match((await at('stock')).out, /^TEA-100 +MAIN +available +65 /m);
  });

  it('overwrites nothing', async () => {
    writeFileSync(join(home, 'README.md'), 'mine');
    assert.equal((await desk.run(['init', home])).code, 0);
    assert.equal(readFileSync(join(home, 'README.md'), 'utf8'), 'mine');
    const again = await desk.run(['init', home]);
    assert.deepEqual([again.code, /FILE_EXISTS 'config\/hub\.yaml'/.test(again.err)], [1, true]);
  });
});
