/** A page of docs/connectors as a folder that a hub runs: its blocks with a file behind the language. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export class ConnectorPage {
  readonly folder = mkdtempSync(join(tmpdir(), 'stockbus-page-'));
  readonly #blocks: Map<string, string>;

  /** `change` is what a test cannot wait for: each must be there. */
  constructor(name: string, change: Readonly<Record<string, string>> = {}) {
    const text = readFileSync(
      join(import.meta.dirname, '../../docs/connectors', `${name}.md`),
      'utf8',
    );
    const blocks = [...text.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)];
    this.#blocks = new Map(blocks.map(([, file, inside]) => [file!, inside!]));
    for (const [file, inside] of this.#blocks) {
      if (!file.includes('/')) continue;
      const path = join(this.folder, file);
      mkdirSync(dirname(path), { recursive: true });
      let changed = inside;
      for (const [from, to] of Object.entries(change)) changed = changed.replaceAll(from, to);
      writeFileSync(path, changed);
    }
    const all = [...this.#blocks.values()].join('\n');
    for (const from of Object.keys(change))
      if (!all.includes(from)) throw new Error(`docs/connectors/${name}.md has no '${from}'`);
  }

  /** What is for the other side. */
  block(name: string): string {
    return this.#blocks.get(name)!;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
