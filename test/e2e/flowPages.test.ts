/** The pages of docs/flows, as their reader goes through them. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Desk, root } from './cli.ts';

interface Block {
  language: string;
  /** What stands behind the language: a file to be written, or to be added to (`>>file`). */
  file: string;
  text: string;
}

const pageOf = (name: string): string => readFileSync(join(root, 'docs/flows', name), 'utf8');

const blocksOf = (text: string): Block[] =>
  [...text.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', file = '', inside = '']) => ({ language, file, text: inside }),
  );

/** A desk with nothing on it. */
function emptyDesk(): Desk {
  const desk = new Desk();
  for (const name of ['config', 'flows']) rmSync(desk.path(name), { recursive: true });
  return desk;
}

function write(desk: Desk, { file, text }: Block): void {
  const path = desk.path(file.replace('>>', ''));
  mkdirSync(dirname(path), { recursive: true });
  (file.startsWith('>>') ? appendFileSync : writeFileSync)(path, text);
}

/** Runs the commands of a console block, each of which says all lines that stand below it. */
async function follow(desk: Desk, text: string): Promise<void> {
  const steps = text.split(/^\$ /m).slice(1);
  for (const step of steps) {
    const [command = '', ...says] = step.trimEnd().split('\n');
    const [npx, name, ...line] = command.split(' ');
    assert.deepEqual([npx, name], ['npx', 'stockbus'], command);
    const { code, out, err } = await desk.run(line);
    const fails = says.some((said) => said.startsWith('FAILED'));
    const parks = /[1-9]\d* parked/.test(step);
    assert.equal(code, fails ? 1 : parks ? 3 : 0, `${command}\n${out}${err}`);
    for (const said of says) assert.ok(out.includes(said), `${command}\n${said}\n--\n${out}`);
  }
}

describe('the tutorial of flows', () => {
  it('does at every step what it says', async () => {
    const desk = emptyDesk();
    try {
      for (const block of blocksOf(pageOf('tutorial.md'))) {
        if (block.language === 'console') await follow(desk, block.text);
        else write(desk, block);
      }
    } finally {
      desk.remove();
    }
  }).timeout(60_000);
});

describe('the recipes of flows', () => {
  const recipes = pageOf('how-to.md').split(/^## /m).slice(1);
  let desk: Desk;

  before(() => {
    desk = emptyDesk();
    for (const block of blocksOf(pageOf('how-to.md'))) if (block.file) write(desk, block);
  });

  after(() => desk.remove());

  it('are in order, without a hint', async () => {
    const { code, out, err } = await desk.run(['lint']);
    assert.deepEqual([code, err], [0, ''], out + err);
    assert.match(out, /^\d+ flows and the configuration are in order\.\n$/);
  });

  it('pass their tests', async () => {
    const { code, out, err } = await desk.run(['test']);
    assert.equal(code, 0, out + err);
    assert.doesNotMatch(out, /Without a test/);
  }).timeout(30_000);

  it('have a flow with a test each', () => {
    for (const recipe of recipes) {
      const names = [...recipe.matchAll(/^```yaml flows\/([a-z-]+)\.test\.yaml$/gm)];
      assert.ok(names.length > 0, recipe.split('\n')[0]);
      for (const [, name] of names) assert.ok(recipe.includes(`\`\`\`yaml flows/${name}.yaml\n`));
    }
  });
});
