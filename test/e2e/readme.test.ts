import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { schemas } from '../../core/catalog.ts';
import { Desk, root } from './cli.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const chapter = readme.split(/^## /m).find((text) => text.startsWith('Your first flow')) ?? '';

/** Fenced blocks with what stands behind the language: `yaml flows/x.yaml`. */
const blocks = [...chapter.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', file = '', text = '']) => ({ language, file, text }),
);

interface Step {
  command: string;
  says: string[];
}

/** Each `$ npx stockbus …` of the console blocks, with the lines that it is to say. */
function steps(): Step[] {
  const found: Step[] = [];
  for (const { text } of blocks.filter(({ language }) => language === 'console')) {
    for (const line of text.trimEnd().split('\n')) {
      if (line.startsWith('$ ')) found.push({ command: line.slice(2), says: [] });
      else found.at(-1)!.says.push(line);
    }
  }
  return found;
}

describe('the README', () => {
  it('has a first flow whose every step does what it says', async () => {
    const desk = new Desk();
    try {
      for (const { file, text } of blocks) if (file) writeFileSync(desk.path(file), text);
      assert.ok(steps().length >= 6);
      for (const { command, says } of steps()) {
        const [npx, name, ...line] = command.split(' ');
        assert.deepEqual([npx, name], ['npx', 'stockbus']);
        const { code, out, err } = await desk.run(line);
        const parks = /[1-9]\d* (?:would be )?parked/.test(says.join('\n'));
        assert.equal(code, parks ? 3 : 0, command + err);
        for (const text of says) assert.ok(out.includes(text), `${command}\n${text}\n--\n${out}`);
      }
    } finally {
      desk.remove();
    }
  });

  it('names every command, and only those that there are', async () => {
    const desk = new Desk();
    try {
      const { out } = await desk.run(['--help']);
      const commands = [...out.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name]) => name);
      const told = [...readme.matchAll(/^\| (`stockbus .*?) \|/gm)].flatMap(([, cell = '']) =>
        [...cell.matchAll(/`stockbus ([a-z-]+)/g)].map(([, name]) => name),
      );
      assert.deepEqual([...new Set(told)].toSorted(), commands.toSorted());
    } finally {
      desk.remove();
    }
  });

  it('names every message, and only those that there are', () => {
    const told = [
      ...readme.matchAll(/`((?:stock|reservation|period|order|item|location)\.[a-z-]+)`/g),
    ];
    assert.deepEqual(
      [...new Set(told.map(([, name]) => `${name}.v1`))].sort(),
      Object.keys(schemas).sort(),
    );
  });

  it('has a test behind each row of what it says of others', () => {
    const [, ...rows] = [
      ...readFileSync(join(root, 'docs/compared.md'), 'utf8').matchAll(/^\| (.*) \|$/gm),
    ].map(([, row = '']) => row.split(/(?<!\\) \| /));
    assert.ok(rows.length > 20);
    for (const [what = '', , , test = ''] of rows.slice(1))
      assert.match(test, /^\[[\w.]+\.test\.ts\]\(\.\.\/test\//, what);
  });

  it('and the pages of docs/ name files that are there', () => {
    const names = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
    const pages = names.filter((name) => name.endsWith('.md')).map((name) => join('docs', name));
    for (const page of ['README.md', 'CHANGELOG.md', ...pages]) {
      const text = readFileSync(join(root, page), 'utf8');
      assert.doesNotMatch(text, /^(?:<{7}|>{7}) /m, `${page} was merged in part`);
      for (const [, path = ''] of text.matchAll(/\]\(([^):#]+)(?:#[^)]*)?\)/g)) {
        assert.ok(existsSync(join(root, dirname(page), path)), `${page}: ${path}`);
      }
    }
  });
});
