import assert from 'node:assert/strict';
import { AnswerCache } from '../../../core/answers/AnswerCache.ts';

const answer = (text: string) => ({ text, atMs: 0 });

describe('kept answers', () => {
  it('are bounded in count: what was not asked for longest goes first', () => {
    const cache = new AnswerCache({ answers: 2, bytes: 1_000_000 });
    cache.keep('a', answer('1'));
    cache.keep('b', answer('2'));
    cache.get('a');
    cache.keep('c', answer('3'));
    assert.equal(cache.size, 2);
    assert.equal(cache.get('b'), undefined);
    assert.equal(cache.get('a')?.text, '1');
  });

  it('are bounded in bytes, also where one takes the place of another', () => {
    const cache = new AnswerCache({ answers: 100, bytes: 10_000 });
    for (let index = 0; index < 50; index += 1) cache.keep('a', answer('x'.repeat(2_000)));
    assert.equal(cache.size, 1);
    for (const name of ['b', 'c', 'd']) cache.keep(name, answer('x'.repeat(2_000)));
    assert.equal(cache.size, 2);
    cache.keep('e', answer('x'.repeat(20_000)));
    assert.equal(cache.size, 0, 'what is larger than all of it is not kept');
  });
});
