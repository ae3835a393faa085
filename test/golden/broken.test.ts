/**
 * Ten flows and ten payloads that are wrong in the ways that people meet, and what is told of each, to the
 * character: place, code, cause, remedy. `STOCKBUS_UPDATE=1` writes what came, to be read before it is kept.
 */
import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { Desk } from '../e2e/cli.ts';

const fixtures = join(import.meta.dirname, '../fixtures');
const isUpdate = process.env.STOCKBUS_UPDATE === '1';

/** What came against what `<name>.txt` says of it. */
function expectTold(folder: string, name: string, told: string): void {
  const file = join(fixtures, folder, `${name}.txt`);
  if (isUpdate) writeFileSync(file, told);
  assert.equal(told, readFileSync(file, 'utf8'));
  for (const line of told.trim().split('\n'))
    assert.match(
      line,
      /^(hint: )?\S+:\d+(:\d+)?.* [A-Z0-9_]{4,} .+; .+/,
      'place, code, cause, remedy',
    );
}

const namesIn = (folder: string): string[] => readdirSync(join(fixtures, folder)).sort();

describe('a broken flow', () => {
  let desk: Desk;

  before(() => {
    desk = new Desk({}, []);
  });
  after(() => desk.remove());

  const flows = namesIn('broken-flows').filter((name) => /(?<!\.test)\.yaml$/.test(name));
  it('is there ten times and more', () => assert.ok(flows.length >= 10));

  for (const file of flows) {
    const name = basename(file, '.yaml');
    it(`says what is wrong with it: ${name}`, async () => {
      const project = mkdtempSync(join(tmpdir(), 'stockbus-broken-'));
      try {
        mkdirSync(join(project, 'flows'));
        cpSync(join(fixtures, 'broken-flows/config'), join(project, 'config'), { recursive: true });
        for (const one of namesIn('broken-flows').filter((other) => other.startsWith(`${name}.`)))
          cpSync(join(fixtures, 'broken-flows', one), join(project, 'flows', one));
        rmSync(join(project, 'flows', `${name}.txt`), { force: true });
        const { out, err } = await desk.run(['lint', '--config', project]);
        const hints = out.split('\n').filter((line) => line.startsWith('hint: '));
        expectTold('broken-flows', name, `${err}${hints.map((line) => `${line}\n`).join('')}`);
      } finally {
        rmSync(project, { recursive: true, force: true });
      }
    });
  }
});

describe('a broken payload', () => {
  let desk: Desk;

  before(() => {
    desk = new Desk({}, []);
    const flows = join(fixtures, 'broken-payloads/flows');
    for (const file of readdirSync(flows)) cpSync(join(flows, file), desk.path('flows', file));
  });
  after(() => desk.remove());

  const payloads = namesIn('broken-payloads').filter((name) => /\.(csv|json|xml)$/.test(name));
  it('is there ten times and more', () => assert.ok(payloads.length >= 10));

  for (const file of payloads) {
    const name = file.replace(/\.\w+$/, '');
    it(`says what is wrong with it: ${file}`, async () => {
      cpSync(join(fixtures, 'broken-payloads', file), desk.path(file));
      const own = existsSync(join(fixtures, 'broken-payloads/flows', `${name}.yaml`));
      const flow = own ? name : `broken-${extname(file).slice(1)}`;
      const { code, out, err } = await desk.run(['run', flow, file, '--dry-run']);
      assert.notEqual(code, 0);
      const lines = `${out}\n${err}`.split('\n').map((line) => line.trim());
      const told = lines
        .map((line) => line.replace(/^(The rest could not be read|stockbus): /, ''))
        .filter((line) => line.startsWith(`${file}:`) || line.startsWith(`${file} `));
      expectTold('broken-payloads', name, [...new Set(told)].map((line) => `${line}\n`).join(''));
    });
  }
});
