import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { filled } from '../../../console/text/filled.ts';
import { texts } from '../../../console/texts.ts';

const named = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name = '']) => name))].sort();

describe('the texts of the console', () => {
  it('stand in English and in German, with the same values in both', () => {
    for (const [key, [en, de]] of Object.entries<readonly [string, string]>(texts)) {
      assert.ok(en !== '' && de !== '', key);
      assert.deepEqual(named(en), named(de), key);
      for (const text of [en, de]) assert.doesNotMatch(text, /!|\boops\b|\.\.\./i, key);
    }
  });

  it('are all used', async () => {
    let code = '';
    for await (const path of glob('console/**/*.ts')) {
      if (!path.startsWith('console/texts')) code += await readFile(path, 'utf8');
    }
    const unused = Object.keys(texts).filter((key) => !code.includes(`'${key}'`));
    assert.deepEqual(unused, []);
  });

  it('say one and many, and numbers as the language writes them', () => {
    const text = '{count} {count|record|records} of {flow}';
    assert.equal(filled(text, { count: 1, flow: 'a' }, 'en'), '1 record of a');
    assert.equal(filled(text, { count: 12_345n, flow: '1000' }, 'en'), '12,345 records of 1000');
    assert.equal(filled(text, { count: 12_345, flow: 'a' }, 'de'), '12.345 records of a');
  });
});
