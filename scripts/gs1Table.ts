/**
 * Makes core/flow/gs1/aiRows.ts of the GS1 Barcode Syntax Dictionary:
 * `node scripts/gs1Table.ts gs1-syntax-dictionary.txt`
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { aiRowsOf } from './aiRowsOf.ts';

const source = process.argv[2];
if (source === undefined) throw new Error('name the file of the dictionary');
const dictionary = readFileSync(source, 'utf8');
const [, release = ''] = /^# Release: (\S+)/m.exec(dictionary) ?? [];
writeFileSync(
  'core/flow/gs1/aiRows.ts',
  `/**
 * GS1 Application Identifiers, made by scripts/gs1Table.ts of the GS1 Barcode Syntax Dictionary,
 * release ${release} (gs1/gs1-syntax-engine on GitHub; © GS1 AISBL, BWIPP project, Zint project;
 * Apache-2.0). Left out are which elements belong together, and where keys have a company prefix.
 */
export const aiRows = \`
${aiRowsOf(dictionary).join('\n')}
\`;
`,
);
