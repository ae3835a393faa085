import assert from 'node:assert/strict';
import { commandLine } from '../../../core/cli/commandLine.ts';
import { RecordedTerminal } from '../../recordedTerminal.ts';

const commands = [
  ...[
    'init',
    'new',
    'start',
    'run',
    'lint',
    'flows',
    'try',
    'test',
    'stock',
    'valuation',
    'ledger',
    'statement',
    'explain',
    'roll-forward',
    'journal',
    'trial',
  ],
  ...[
    'ageing',
    'open-items',
    'slow-movers',
    'abc',
    'available',
    'reservations',
    'orders',
    'trace',
    'unpriced',
    'uncosted',
    'unmatched-returns',
    'recosts',
    'closing',
    'periods',
    'audit-trail',
  ],
  ...['export', 'parked', 'verify', 'demo'],
];

async function call(line: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const { terminal, said } = new RecordedTerminal();
  const code = await commandLine(line, {
    env: {},
    workingFolder: '/nowhere',
    enter: () => undefined,
    terminal,
  });
  return { code, ...said };
}

describe('the command line', () => {
  it('explains itself, and each command with an example', async () => {
    const { code, out } = await call([]);
    assert.equal(code, 0);
    for (const command of commands) assert.match(out, new RegExp(`^ {2}${command} `, 'm'));
    for (const command of commands) {
      const help = await call([command, '--help']);
      assert.equal(help.code, 0, command);
      assert.match(help.out, new RegExp(`Examples?:\n {2}stockbus ${command}`), command);
    }
  });

  const mistakes: [string[], string][] = [
    [['strat'], "there is no command 'strat'; did you mean 'start'?"],
    [['--vresion'], "there is no option '--vresion'; did you mean '--version'?"],
    [
      ['--config', '/x', 'lint'],
      '--config comes after the command; write stockbus COMMAND --config DIR',
    ],
    [['stock', '--as-off', 'x'], "there is no option '--as-off' here; did you mean '--as-of'?"],
    [['stock', '--as-of'], '--as-of needs a value; write --as-of DATE'],
    [['export', 'stok'], "stockbus export does not know 'stok'; did you mean 'stock'?"],
    [['export', 'stock', '--format', 'jsn'], "--format does not know 'jsn'; did you mean 'json'?"],
    [
      ['export'],
      'WHAT is missing; write stockbus export stock|valuation|ledger|statement|explain|roll-forward|journal|trial|ageing|open-items|slow-movers|abc|available|reservations|orders|documents|items|locations|trace|unpriced|uncosted|unmatched-returns|recosts|closing|periods|audit-trail',
    ],
    [
      ['export', 'periods', '--as-of', '2026-03-31'],
      "periods knows no option '--as-of'; known: --known-at, --format, --formulas, --out, --config, --help",
    ],
    [
      ['export', 'stock', '--sinse', '2026-03-31'],
      "there is no option '--sinse' here; did you mean '--since'?",
    ],
    [['valuation', '--by', 'plase'], "--by does not know 'plase'; did you mean 'place'?"],
    [['slow-mover'], "there is no command 'slow-mover'; did you mean 'slow-movers'?"],
    [['stock', 'A', '--sku', 'B'], "'A' and --sku 'B' are two SKUs; name one of them"],
    [
      ['ageing', '--ranges', '60,30'],
      "--ranges does not take '60,30'; write up to 12 ascending numbers of days such as 30,60,90",
    ],
    [
      ['abc', '--shares', '80,15'],
      "--shares does not take '80,15'; write three percentages that sum to 100, such as 80,15,5",
    ],
    [
      ['slow-movers', '--days', '1e3'],
      "--days does not take '1e3'; write a whole number from 1 to 36500",
    ],
    [
      ['journal', '--known-at', 'yesterday'],
      "--known-at does not take 'yesterday'; write a day such as 2026-10-31, or a time such as 2026-10-31T18:00:00Z",
    ],
    [['backup'], 'FOLDER is missing; write stockbus backup FOLDER'],
    [['lint', 'now'], "'now' is one argument too many; write stockbus lint"],
    [
      ['verify', 'A', '--expect', 'x'],
      '--expect is of what stands for all SKUs; leave out what is to be audited, and all is',
    ],
    [
      ['verify', '--document', 'D', '--known-at', '2026-03-31'],
      '--known-at is of what stands for all SKUs; leave out what is to be audited, and all is',
    ],
    [
      ['verify', 'A', '--document', 'D'],
      'a document names its SKUs itself; name SKUs, or a document',
    ],
    [['verify', ''], "SKU does not take ''; write 1 to 256 characters that can be seen"],
    [['start', '--roles', 'aply'], "there is no role 'aply'; did you mean 'apply'?"],
    [['parked', 'show'], 'ID is missing; write stockbus parked show ID'],
    [
      ['ledger', '--as-of', '2026-02-30'],
      "--as-of does not take '2026-02-30'; write a day such as 2026-10-31, or a time such as 2026-10-31T18:00:00Z",
    ],
  ];
  for (const [line, message] of mistakes) {
    it(`answers \`${line.join(' ')}\` with one line and exit code 2`, async () => {
      assert.deepEqual(await call(line), { code: 2, out: '', err: `stockbus: ${message}\n` });
    });
  }
});
