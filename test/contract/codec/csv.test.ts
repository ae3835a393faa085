import fc from 'fast-check';
import { csv } from '../../../core/codecs/csv.ts';
import { codecContract } from './codecContract.ts';

const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;

codecContract({
  spec: csv,
  read: {},
  write: { formulas: 'keep' },
  payload: (rows) =>
    `sku,note\n${rows.map(({ sku, note }) => `${cell(sku)},${cell(note)}\n`).join('')}`,
  withBadSecond: () => 'sku,note\n1,a\n2,"b\n3,c\n',
  withoutRecords: 'sku,note\n',
  fields: ['sku', '__proto__', 'c d'],
  text: fc.string({ unit: 'grapheme' }),
});
