import fc from 'fast-check';
import { xml } from '../../../core/codecs/xml.ts';
import { codecContract } from './codecContract.ts';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

codecContract({
  spec: xml,
  read: { record: 'row', trim: false },
  write: { record: 'row', root: 'rows' },
  payload: (rows) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<rows>\n${rows
      .map(
        ({ sku, note }) => `<row><sku>${escaped(sku)}</sku><note>${escaped(note)}</note></row>\n`,
      )
      .join('')}</rows>`,
  withBadSecond: () =>
    '<rows><row><sku>1</sku></row><row><sku>&nbsp;</sku></row><row><sku>3</sku></row></rows>',
  fields: ['sku', '@id', 'größe'],
  text: fc.string({ unit: 'grapheme' }).map((text) => text.replace(/\p{Cc}|[\ufffe\uffff]/gu, '?')),
});

describe('XML of documents', () => {
  codecContract({
    spec: xml,
    read: {
      record: 'row',
      root: 'rows',
      text: true,
      doctype: 'ignore',
      trim: false,
    },
    write: { record: 'row', root: 'rows' },
    payload: (rows) =>
      `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE rows SYSTEM "rows.dtd">\n<rows>\n${rows
        .map(
          ({ sku, note }) => `<row><sku>${escaped(sku)}</sku><note>${escaped(note)}</note></row>\n`,
        )
        .join('')}</rows>`,
    withBadSecond: () =>
      '<rows><row><sku>1</sku></row><row><sku>&nbsp;</sku></row><row><sku>3</sku></row></rows>',
    fields: ['sku', '@id', 'größe'],
    text: fc
      .string({ unit: 'grapheme' })
      .map((text) => text.replace(/\p{Cc}|[\ufffe\uffff]/gu, '?')),
  });
});
