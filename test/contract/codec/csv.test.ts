import fc from 'fast-check';
import { csv } from '../../../core/codecs/csv.ts';
import { codecContract } from './codecContract.ts';

const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;

const rowsOf = (rows: readonly { sku: string; note: string }[]): string =>
  rows.map(({ sku, note }) => `${cell(sku)},${cell(note)}\n`).join('');

codecContract({
  spec: csv,
  read: {},
  write: { formulas: 'keep' },
  payload: (rows) => `sku,note\n${rowsOf(rows)}`,
  withBadSecond: () => 'sku,note\n1,a\n2,"b\n3,c\n',
  withoutRecords: 'sku,note\n',
  fields: ['sku', '__proto__', 'c d'],
  text: fc.string({ unit: 'grapheme' }),
});

describe('CSV with lines around', () => {
  codecContract({
    spec: csv,
    read: { skip: 1 },
    write: { preamble: ['EXTF;700'], encoding: 'utf-16le', bom: true },
    payload: (rows) => `EXTF;700\nsku,note\n${rowsOf(rows)}`,
    withBadSecond: () => 'EXTF\nsku,note\n1,a\n2,"b\n3,c\n',
    fields: ['sku', '__proto__', 'c d'],
    text: fc.string({ unit: 'grapheme' }),
  });
});
