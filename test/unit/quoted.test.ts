import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { quoted } from '../../core/quoted.ts';
import { runs, seed } from '../runs.ts';

describe('a quoted text', () => {
  it('is JSON, and a list of such texts is taken apart by its commas alone', () => {
    const marks = fc.constantFrom(
      ',',
      '[',
      ']',
      '"',
      '\\',
      '\\u002c',
      '{',
      '\n',
      'é',
      '\ud83d',
      'a',
    );
    const text = fc.oneof(fc.string({ unit: marks }), fc.string());
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (texts) => {
        const list = `[${texts.map(quoted).join()}]`;
        deepEqual(JSON.parse(list), texts);
        const parts = list.replaceAll(/[[\]]/g, '').split(',');
        deepEqual(parts, texts.map(quoted));
      }),
      { numRuns: runs(1, 300), seed },
    );
  });
});
