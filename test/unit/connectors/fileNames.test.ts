import assert from 'node:assert/strict';
import { fileGlob } from '../../../connectors/files/fileGlob.ts';
import { fileName, fileNameField } from '../../../connectors/files/fileName.ts';

describe('file patterns', () => {
  const cases: [pattern: string, matches: string[], others: string[]][] = [
    ['*', ['a', 'a.csv'], []],
    [
      'receipts-*.csv',
      ['receipts-1.csv', 'receipts-.csv'],
      ['receipts-1.csv.gz', 'xreceipts-1.csv'],
    ],
    ['po-????.xml', ['po-0001.xml', 'po-äöü€.xml'], ['po-001.xml']],
    ['{po,gr}-*.{csv,txt}', ['po-1.csv', 'gr-2.txt'], ['so-1.csv', 'po-1.xml']],
    ['[0-9]*.csv', ['1.csv', '9x.csv'], ['a1.csv']],
    ['[!a-c]*', ['d', '1'], ['a1', 'c']],
    ['a+b(1).csv', ['a+b(1).csv'], ['aab1.csv', 'ab1.csv']],
    ['[&~|()^\\]x', ['&x', '~x', '|x', '(x', '^x', '\\x'], ['ax']],
    ['[z-a].csv', ['[z-a].csv'], ['b.csv']],
    ['open[.csv', ['open[.csv'], ['open.csv']],
    ['{a}.csv', ['{a}.csv'], ['a.csv']],
    ['*.CSV', ['X.CSV'], ['X.csv']],
  ];
  for (const [pattern, matches, others] of cases) {
    it(pattern, () => {
      const glob = fileGlob(pattern);
      for (const name of matches) assert.ok(glob.matches(name), `${pattern} should match ${name}`);
      for (const name of others)
        assert.ok(!glob.matches(name), `${pattern} should not match ${name}`);
    });
  }
});

describe('file names', () => {
  const read = (value: unknown): string[] => {
    const found: string[] = [];
    fileNameField('x').read(value, [], ({ message, todo }) => found.push(`${message}; ${todo}`));
    return found;
  };
  const parts = { atMs: 0, seq: 1, flow: 'f', id: 'i', extension: 'csv' };

  it('takes known placeholders only, and names the nearest', () => {
    assert.deepEqual(read('stock-{date:yyyyMMdd-HHmmss}-{seq}.csv'), []);
    assert.deepEqual(read('{seqq}.csv'), [
      "{seqq} is not a placeholder of file names; did you mean 'seq'?",
    ]);
    assert.deepEqual(read('{date}.csv'), ['{date} has no pattern; write {date:yyyyMMdd-HHmmss}']);
    assert.equal(read('{seq:x}.csv').length, 1);
  });

  it('takes no path and no hidden name', () => {
    for (const name of ['../x.csv', 'a/b.csv', 'a\\b.csv', '.x', '']) {
      assert.equal(read(name).length, 1, name);
    }
  });

  it('makes plain names of whatever ids bring', () => {
    assert.equal(fileName('{id}.csv', { ...parts, id: 'a/b' }).includes('/'), false);
    assert.ok(!fileName('{id}.csv', { ...parts, id: '../../etc' }).startsWith('.'));
    const [one, other] = ['a/b', 'a:b'].map((id) => fileName('{id}', { ...parts, id }));
    assert.notEqual(one, other);
  });
});
