/**
 * `npm run lines:flows` prints how many lines the flows of examples/ have, by flow, with what they share
 * and without their tests. Lines count as they stand, comments and blank ones too.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface FlowText {
  /** `xero-items`, or `fragment ubl` */
  name: string;
  lines: number;
  /** Characters of its longest line. */
  columns: number;
}

const FOLDERS = { 'examples/flows': '', 'examples/config/fragments': 'fragment ' };

/** All flows and fragments of examples/. */
export async function flowTexts(root = '.'): Promise<FlowText[]> {
  const texts: FlowText[] = [];
  for (const [folder, kind] of Object.entries(FOLDERS)) {
    const names = await readdir(join(root, folder)).catch(() => []);
    for (const name of names.filter((one) => /(?<!\.test)\.yaml$/.test(one)).sort()) {
      const lines = (await readFile(join(root, folder, name), 'utf8'))
        .replace(/\n$/, '')
        .split('\n');
      const columns = Math.max(...lines.map((line) => line.length));
      texts.push({ name: kind + name.replace(/\.yaml$/, ''), lines: lines.length, columns });
    }
  }
  return texts;
}

if (import.meta.main) {
  const texts = await flowTexts();
  const total = texts.reduce((sum, { lines }) => sum + lines, 0);
  const rows = [...texts, { name: 'in all', lines: total }];
  for (const { name, lines } of rows)
    process.stdout.write(`${name.padEnd(28)}${String(lines).padStart(5)}\n`);
}
