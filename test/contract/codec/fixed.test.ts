import fc from 'fast-check';
import { fixed } from '../../../core/codecs/fixed.ts';
import { limits } from '../../../core/limits.ts';
import { codecContract } from './codecContract.ts';

const padded = (text: string, width: number): string => text + ' '.repeat(width - [...text].length);

codecContract({
  spec: fixed,
  read: { fields: { sku: '1-8', note: '9-' } },
  write: { fields: { sku: '1-8', note: '9-' } },
  payload: (rows) => rows.map(({ sku, note }) => `${padded(sku, 8)}${note}\n`).join(''),
  withBadSecond: () => `1       a\n2       ${'x'.repeat(limits.recordBytes)}\n3       c\n`,
  fields: ['sku', 'note'],
  text: word(8),
});

describe('fixed width with several places, lines around and Latin-1', () => {
  codecContract({
    spec: fixed,
    read: { fields: { sku: '1-8', note: '9-' }, header: '^HDR', footer: '^TRL ?(\\d+)' },
    write: {
      fields: { sku: '1-8', note: '9-' },
      encoding: 'utf-16le',
      preamble: ['\ufeffHDR'],
      trailer: ['TRL{count:6}'],
    },
    payload: (rows) =>
      `HDR\n${rows.map(({ sku, note }) => `${padded(sku, 8)}${note}\n`).join('')}TRL${rows.length}\n`,
    withBadSecond: () =>
      `HDR\n1       a\n2       ${'x'.repeat(limits.recordBytes)}\n3       c\nTRL3`,
    fields: ['sku', 'note'],
    text: word(8),
  });
});

/** What a field can hold: no blanks around it, not nothing, and of one line. */
function word(width: number): fc.Arbitrary<string> {
  return fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: width })
    .map((text) => `x${text.replace(/[\r\n]/g, '_')}`.trim())
    .map((text) => [...text].slice(0, width).join('').trim())
    .filter((text) => text.isWellFormed());
}
