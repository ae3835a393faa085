/** Reports as the command line shows them, over the books of a small shop in an embedded store. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine } from '../../../core/cli/commandLine.ts';
import { codecOf } from '../../../core/cli/reports.ts';
import { openAt } from '../../contract/store/withStore.ts';
import { RecordedTerminal } from '../../recordedTerminal.ts';
import { openShop } from '../reports/shop.ts';

describe('reports of the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-'));
  const env = { STOCKBUS_DATA: join(folder, 'data') };

  before(async () => {
    for (const name of ['config', 'flows', 'data']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'config/hub.yaml'), 'stock: { pools: { north: [HAM] } }\n');
    const store = await openAt(`file:${env.STOCKBUS_DATA}`);
    await openShop(store);
    await store.close();
  });

  after(() => rmSync(folder, { recursive: true }));

  async function call(...line: string[]): Promise<{ code: number; out: string; err: string }> {
    const { terminal, said } = new RecordedTerminal();
    const code = await commandLine(line, {
      env,
      workingFolder: folder,
      enter: () => undefined,
      terminal,
    });
    return { code, ...said };
  }

  it('writes files that people open without formulas, unless it is told to keep them', async () => {
    const row = [{ sku: "=cmd|'/c calc'!A0" }];
    assert.match(codecOf('csv').writer!().write(row), /^sku\r\n'=cmd\|/);
    assert.match(codecOf('csv', { formulas: 'keep' }).writer!().write(row), /^sku\r\n=cmd\|/);
    const kept = await call('export', 'stock', '--formulas', 'keep');
    assert.equal(kept.code, 0);
    assert.equal(kept.out, (await call('export', 'stock')).out);
    const json = await call('export', 'stock', '--format', 'json', '--formulas', 'keep');
    assert.equal(json.code, 2);
    assert.match(json.err, /json knows no formulas/);
  });

  it('writes the header of a report without rows', async () => {
    for (const line of [
      ['stock', 'NOPE', '--format', 'csv'],
      ['export', 'stock', '--sku', 'NOPE'],
    ]) {
      const { code, out } = await call(...line);
      assert.equal(code, 0);
      assert.match(out, /^sku,[a-zA-Z,]+\r?\n$/);
    }
  });

  const lines = async (...line: string[]) => {
    const { code, out, err } = await call(...line);
    assert.deepEqual([code, err], [0, '']);
    return out.split('\n');
  };

  it('statement reads like a story, corrections below what they correct', async () => {
    assert.deepEqual(await lines('statement', 'S'), [
      'Day         Business time             Document  Line  What               From      To          Quantity  Change  Value  On hand  Stock value       Reason                           Seq',
      '2026-06-03  2026-06-03T08:00:00.000Z  R2        1     receive            supplier  BER                2       2  12.00        2        12.00  EUR                                     1',
      '2026-06-03  2026-06-03T08:00:00.000Z  R2        1       └ variance of 1  BER       adjustment         0       0  -2.00        2        10.00  EUR  difference to the standard cost    2',
      '',
    ]);
  });

  it('valuation shows what was thought at a date; a column that is empty is left out', async () => {
    const known = await call('valuation', '--sku', 'A', '--known-at', '2026-06-19');
    assert.equal(known.err, 'As known at 2026-06-19T23:59:59.999Z.\n');
    assert.deepEqual(known.out.split('\n'), [
      'SKU    Pool   Quantity  Value       Unit cost  Method',
      'A      main          4  40.00  EUR         10  fifo',
      'A      north         2  20.00  EUR         10  fifo',
      '─────────────────────────────────────────────────────',
      'Total                6  60.00  EUR',
      '',
    ]);
    const [header, first] = await lines('valuation', 'A', '--by', 'place');
    assert.match(header!, /^SKU {4}Pool {3}Location {2}Quantity/);
    assert.match(first!, /^A {6}main {3}BER/);
    const later = await call('export', 'stock', '--known-at', '2026-11-01');
    assert.match(
      later.err,
      /^As known at 2026-\S+Z; what is recorded from now on may lie after that\.\n$/,
    );
  });

  it('a table ends with totals, and a file has rows alone', async () => {
    assert.deepEqual((await lines('valuation')).slice(-5), [
      '────────────────────────────────────────────────────────',
      'Total  main             152.00  EUR',
      'Total  north         2   16.00  EUR',
      'Total                   168.00  EUR',
      '',
    ]);
    assert.deepEqual((await lines('trial')).slice(-3), [
      '──────────────────────────────────────────────────────────────',
      'Total                             276.00  276.00     0.00  EUR',
      '',
    ]);
    const { out } = await call('export', 'trial');
    assert.doesNotMatch(out, /Total/);
  });

  it('the ledger of a SKU in a period stands between what there was and what there is', async () => {
    const fields = (line: string) => line.trim().split(/ +/);
    const period = ['A', '--since', '2026-06-10', '--as-of', '2026-06-12'];
    const [, opening, , , closing] = (await lines('ledger', ...period)).map(fields);
    assert.deepEqual(opening!.slice(3, 7), ['opening', '20', '180.00', 'EUR']);
    assert.deepEqual(closing!.slice(3, 7), ['closing', '16', '148.00', 'EUR']);
    const before = await call('ledger', ...period, '--known-at', '2026-06-19');
    assert.deepEqual(
      before.out.split('\n').flatMap((line) => /(?:open|clos)ing +.*EUR/.exec(line) ?? []),
      [
        'opening                        10  100.00  EUR',
        'closing                         6   60.00  EUR',
      ],
    );
    for (const part of [['--document', 'I1'], ['--location', 'BER'], []]) {
      const line = part.length === 0 ? period.slice(0, 1) : [...period, ...part];
      assert.ok((await lines('ledger', ...line)).every((each) => !each.includes('opening')));
    }
    const nothing = await lines('ledger', 'A', '--since', '2026-06-25', '--as-of', '2026-06-26');
    assert.deepEqual(
      nothing.map(fields).map((line) => line.slice(3, 6).join(' ')),
      ['Business time Kind', 'opening 16 148.00', 'closing 16 148.00', ''],
    );
    const { out } = await call('export', 'ledger', '--sku', 'A', '--since', '2026-06-10');
    assert.doesNotMatch(out, /opening/);
  });

  it('journal goes into a spreadsheet, as export writes it', async () => {
    const line = ['--document', 'I1', '--known-at', '2026-06-19', '--format', 'csv'];
    const csv = await call('journal', ...line);
    assert.equal(
      csv.out,
      [
        'posting,day,at,recordedAt,document,line,sku,kind,account,debit,credit,currency,corrects,reason,group,partner,note',
        'A#2,2026-06-10,2026-06-10T08:00:00.000Z,2026-06-10T12:00:00.000Z,I1,1,A,issue,5000 Cost of sales,40.00,0.00,EUR,,,,,',
        'A#2,2026-06-10,2026-06-10T08:00:00.000Z,2026-06-10T12:00:00.000Z,I1,1,A,issue,1400 Inventory,0.00,40.00,EUR,,,,,',
        '',
      ].join('\r\n'),
    );
    assert.deepEqual(await call('export', 'journal', ...line), csv);
    const json = await call('export', 'trial', '--format', 'json');
    assert.equal(JSON.parse(json.out)[0].account, '1400 Inventory');
    const xml = await call('ageing', 'B', '--as-of', '2026-06-30', '--format', 'xml');
    assert.match(xml.out, /<age>0-30<\/age><quantity>4<\/quantity><value>10\.00<\/value>/);
  });

  it('the others answer too', async () => {
    assert.match(
      (await lines('slow-movers', '--as-of', '2026-06-30', '--days', '28'))[1]!,
      /^B .* 28 /,
    );
    assert.match((await lines('abc', '--as-of', '2026-06-30'))[1]!, /^ +1 {2}A {4}A +4 +32\.00/);
    assert.match((await lines('available', 'A'))[2]!, /2026-07-05 +14 +3 +0 +9 +2 +2$/);
    assert.match((await lines('reservations', '--state', 'pending'))[1]!, /^RES-1 +pending +A/);
    assert.match((await lines('periods'))[1]!, /close +2026-05-31 +May is done/);
    assert.match((await lines('orders', 'A'))[1]!, /2026-07-05 +SO-1/);
    assert.deepEqual(await call('recosts'), { code: 0, out: '', err: 'All values are final.\n' });
  });

  it('what is not known yet is refused', async () => {
    const { code, err } = await call('trial', '--known-at', '9998-01-01');
    assert.equal(code, 1);
    assert.match(err, /KNOWN_AT_FUTURE .* not known yet; Leave knownAt out/);
  });
});
