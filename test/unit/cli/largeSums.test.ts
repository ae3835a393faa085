/** Movements that sum to more than 64 bits, of which each was right when it was booked: every report adds them up. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine } from '../../../core/cli/commandLine.ts';
import { reports } from '../../../core/reports/reports.ts';
import { openAt } from '../../contract/store/withStore.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { RecordedTerminal } from '../../recordedTerminal.ts';

/** The largest that a document may say. */
const quantity = '999999999999.999999';

describe('sums of more than 64 bits on the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-'));
  const env = { STOCKBUS_DATA: join(folder, 'data') };

  before(async () => {
    for (const name of ['config', 'flows', 'data']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'config/hub.yaml'), '{}\n');
    const store = await openAt(`file:${env.STOCKBUS_DATA}`);
    const rig = new LedgerRig({ store });
    const line = { sku: 'BIG', location: 'W', quantity };
    for (let number = 1; number <= 12; number += 1) {
      const at = day(number);
      const lines = [{ ...line, unitCost: '0.01' }];
      await rig.book('receive', { document: `R${number}`, at, lines });
      await rig.book('issue', { document: `I${number}`, at: day(number, 1), lines: [line] });
    }
    const small = { sku: 'SMALL', location: 'W', quantity: '3', unitCost: '2' };
    await rig.book('receive', { document: 'S', at: day(13), lines: [small] });
    await store.close();
  });

  after(() => rmSync(folder, { recursive: true }));

  async function call(...line: string[]): Promise<{ code: number; out: string; err: string }> {
    const { terminal, said } = new RecordedTerminal();
    const where = { env, workingFolder: folder, enter: () => undefined };
    const code = await commandLine(line, { ...where, terminal });
    return { code, ...said };
  }

  async function rowsOf(...line: string[]): Promise<Record<string, string>[]> {
    const { code, out, err } = await call(...line, '--format', 'json');
    assert.equal(code, 0, err);
    return JSON.parse(out);
  }

  it('are no matter to verify', async () => {
    const { code, out } = await call('verify');
    assert.equal(code, 0, out);
    assert.match(out, /^The books are right: 25 ledger entries of 2 SKUs/);
  });

  it('are figures of past dates', async () => {
    const figures = async (...line: string[]): Promise<string[]> =>
      (await rowsOf(...line)).map(({ sku, quantity, onHand, value }) =>
        [sku, onHand ?? quantity, value].join(' ').trim(),
      );
    const after = ['--as-of', '2026-01-31'];
    assert.deepEqual(await figures('valuation', ...after), ['BIG 0 0.00', 'SMALL 3 6.00']);
    assert.deepEqual(await figures('stock', ...after), ['BIG 0', 'SMALL 3']);
    const within = ['--as-of', '2026-01-12T12:00:00Z'];
    assert.deepEqual(await figures('valuation', ...within), [`BIG ${quantity} 10000000000.00`]);
    assert.deepEqual(await figures('stock', ...within), [`BIG ${quantity}`]);
  });

  it('are what came from outside', async () => {
    const [row] = await rowsOf('stock', 'BIG', '--location', 'supplier');
    assert.equal(row?.onHand, '-11999999999999.999988');
  });

  for (const { name } of reports) {
    it(`are no matter to ${name}`, async () => {
      const { code, err } = await call(name);
      assert.equal(code, 0, err);
    });
  }
});
