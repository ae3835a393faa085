import assert from 'node:assert/strict';
import { commandLine } from '../../../core/cli/commandLine.ts';

const commands = ['start', 'run', 'lint', 'stock', 'ledger', 'export', 'parked', 'verify', 'demo'];

async function call(line: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await commandLine(line, {
    env: {},
    workingFolder: '/nowhere',
    enter: () => undefined,
    terminal: {
      out: (text) => {
        said.out += text;
      },
      outBytes: async (bytes) => {
        said.out += Buffer.from(bytes).toString('utf8');
      },
      err: (text) => {
        said.err += text;
      },
      interactive: false,
      width: 80,
    },
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
    [['export'], 'WHAT is missing; write stockbus export stock|ledger|valuation'],
    [['run', 'a-flow'], 'FILE is missing; write stockbus run FLOW FILE'],
    [['verify', 'now'], "'now' is one argument too many; write stockbus verify"],
    [['start', '--roles', 'aply'], "there is no role 'aply'; did you mean 'apply'?"],
    [['parked', 'show'], 'ID is missing; write stockbus parked show ID'],
    [
      ['ledger', '--as-of', '2026-02-30'],
      "--as-of '2026-02-30' is not a date; write a day such as 2026-10-31, or a time such as 2026-10-31T18:00:00Z",
    ],
  ];
  for (const [line, message] of mistakes) {
    it(`answers \`${line.join(' ')}\` with one line and exit code 2`, async () => {
      assert.deepEqual(await call(line), { code: 2, out: '', err: `stockbus: ${message}\n` });
    });
  }
});
