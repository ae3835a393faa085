/** Every command answers programs, too: a walk over the table of commands. */
import assert from 'node:assert/strict';
import type { CliCommand } from '../../../core/cli/command.ts';
import { commandLine, commands } from '../../../core/cli/commandLine.ts';
import { RecordedTerminal } from '../../recordedTerminal.ts';

const all: readonly (readonly [string, () => Promise<CliCommand>])[] = Object.entries(commands);

describe('every command', () => {
  for (const [name, load] of all) {
    it(`${name} has --format with json among its choices`, async () => {
      const { options } = await load();
      assert.ok(
        options.format?.choices?.includes('json'),
        'add `format: jsonFormat` to its options',
      );
    });

    it(`${name} has an example, and names no option that it does not have`, async () => {
      const { examples, options } = await load();
      assert.ok(examples.length > 0);
      const known = [...Object.keys(options), 'config', 'help'];
      const named = examples.flatMap((line) => [...line.matchAll(/ --([a-z-]+)/g)]);
      for (const [, option] of named) assert.ok(known.includes(option!), `--${option}`);
    });
  }

  it('tells programs in JSON what is wrong, where it has said nothing yet', async () => {
    const { terminal, said } = new RecordedTerminal();
    const line = ['stock', '--format', 'json', '--config', '/nonexistent/of/nobody'];
    const surroundings = { env: {}, workingFolder: '/', enter: () => undefined, terminal };
    assert.equal(await commandLine(line, surroundings), 1);
    const { faults } = JSON.parse(said.out);
    assert.equal(typeof faults[0].code, 'string');
    assert.match(said.err, new RegExp(faults[0].code));
  });
});
