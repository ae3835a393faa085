import fc from 'fast-check';
import { json } from '../../../core/codecs/json.ts';
import { codecContract } from './codecContract.ts';

const shared = {
  spec: json,
  fields: ['sku', '__proto__', 'c d', ''],
  text: fc.string({ unit: 'grapheme' }),
};

codecContract({
  ...shared,
  read: {},
  write: { indent: 2 },
  payload: (rows) => `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`,
  withBadSecond: () => '[{"sku":"1"},{"sku":01},{"sku":"3"}]',
  withoutRecords: ' [ ] ',
});

codecContract({
  ...shared,
  read: { format: 'lines' },
  write: { format: 'lines' },
  payload: (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  withBadSecond: () => '{"sku":"1"}\n{"sku":"2}\n{"sku":"3"}',
});

codecContract({
  ...shared,
  read: { records: 'data.rows' },
  write: { records: 'data.rows' },
  payload: (rows) =>
    `{"total":[1,{"rows":[]}],"data":{"rows":[\n${rows
      .map((row) => JSON.stringify(row))
      .join(',\n')}\n],"next":null}}`,
  withBadSecond: () => '{"data":{"rows":[{"sku":"1"},"2",{"sku":"3"}]}}',
  withoutRecords: '{"data":{"rows":[]}}',
});
