/** Each connector has a page, and the list names it. */
import { deepEqual, ok } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectors } from '../../../core/connectorKinds.ts';
import { codes } from '../../../core/errors.ts';

const docs = join(import.meta.dirname, '../../../docs');
const names = connectors.map(({ name }) => name).sort();
const pageOf = (name: string): string =>
  readFileSync(join(docs, 'connectors', `${name}.md`), 'utf8');

describe('pages of connectors', () => {
  it('are there for each of them, and in the list, with the ways that it has', () => {
    deepEqual(
      readdirSync(join(docs, 'connectors')).sort(),
      names.map((name) => `${name}.md`),
    );
    const rows = readFileSync(join(docs, 'connectors.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    const listed = rows.map(([, name, takes, gives]) => [name, takes !== '–', gives !== '–']);
    const known = connectors.map(({ name, from, sink }) => [
      `\`${name}\``,
      Boolean(from),
      Boolean(sink),
    ]);
    deepEqual(listed.sort(), known.sort());
  });

  for (const name of names) {
    it(`say of ${name} how it is set up, what is promised and what goes wrong, by codes that there are`, () => {
      const page = pageOf(name);
      for (const heading of ['Set up both sides', 'What is promised', 'What goes wrong'])
        ok(page.includes(`\n## ${heading}`), `${heading} is missing`);
      const rows = page.slice(page.indexOf('\n## What goes wrong')).matchAll(/^\| ([^|]*) \|/gm);
      const named = [...rows].flatMap(([, cell]) =>
        [...cell!.matchAll(/`([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)`/g)].map(([, code]) => code!),
      );
      deepEqual(
        named.filter((code) => !Object.hasOwn(codes, code)),
        [],
      );
      ok(named.length > 0, 'no code is named');
    });
  }
});
