/** Whether two patterns meet, against trying all short names. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { commonName, isUnfinishedName } from '../../connectors/files/commonName.ts';
import { fileGlob } from '../../connectors/files/fileGlob.ts';
import { runs, seed } from '../runs.ts';

const LETTERS = ['a', 'b', '.', '-'];

/** All names of at most four letters. */
function* shortNames(): Generator<string> {
  let names = [''];
  for (let length = 1; length <= 4; length += 1) {
    names = names.flatMap((name) => LETTERS.map((letter) => name + letter));
    yield* names;
  }
}
const names = [...shortNames()];

const part = fc.constantFrom(
  ...['*', '?', 'a', 'b', '.', '-', '[ab]', '[!a]', '[a-b]', '[!.-]', '[', '{', '[b-a]', '{a}'],
  ...['{a,b}', '{a*,.b}', '{,a}', '{[!b],-}'],
);
const pattern = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));

describe('two patterns of file names', () => {
  it('meet if and only if some name fits both', () => {
    fc.assert(
      fc.property(pattern, pattern, (left, right) => {
        const [one, other] = [fileGlob(left), fileGlob(right)];
        const fits = (name: string): boolean =>
          one.matches(name) && other.matches(name) && !isUnfinishedName(name);
        const common = commonName(one, other);
        const found = names.find(fits);
        if (common !== undefined) assert.ok(fits(common), `${left} and ${right}: ${common}`);
        // What is longer than the names that were tried, `common` alone knows.
        else assert.equal(found, undefined, `${left} and ${right}`);
      }),
      { numRuns: runs(3), seed },
    );
  });

  const cases: [one: string, other: string, common: string | undefined][] = [
    ['counts-*.csv', 'counts-*.csv', 'counts-.csv'],
    ['counts-*.csv', 'shelf-*.csv', undefined],
    ['*', 'receipts-*.csv', 'receipts-.csv'],
    ['*.csv', '*.CSV', undefined],
    ['a*z', '*yz', 'ayz'],
    ['a?c', 'a??d', undefined],
    ['a?c', 'a??', 'a1c'],
    ['[!0-9]*', '[0-9]*', undefined],
    ['{po,gr}-*.xml', 'gr-[0-9]*', 'gr-1.xml'],
    // No source takes these in, so that nobody takes them from another.
    ['*.tmp', 'a*.tmp', undefined],
    ['*.PART', '*.[Pp]art', undefined],
    ['.*', '*', undefined],
    ['*.t?p', '*.tmp', undefined],
    ['*.t?p', '*.t[!a]p', '.t1p'],
    ['ä*', '?b', 'äb'],
    ['[a-m]*', '[m-z]*', 'm'],
  ];
  for (const [one, other, common] of cases) {
    it(`${one} and ${other}: ${common ?? 'none'}`, () => {
      const expected = common?.startsWith('.') ? `1${common}` : common;
      assert.equal(commonName(fileGlob(one), fileGlob(other)), expected);
      assert.equal(commonName(fileGlob(other), fileGlob(one)), expected);
    });
  }

  it('are compared in time that grows with their length', () => {
    const stars = fileGlob(`${'*a'.repeat(20)}x`);
    const marks = fileGlob(`${'?*b'.repeat(20)}y`);
    assert.equal(commonName(stars, marks), undefined);
  });
});
