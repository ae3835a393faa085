import assert from 'node:assert/strict';
import fc from 'fast-check';
import { batchText } from '../../../core/intake/batchText.ts';
import type { SeenNumbers } from '../../../core/ports.ts';
import { BatchNumbers } from '../../../core/producers/BatchNumbers.ts';
import { headOf } from '../../../core/producers/batchHead.ts';
import { findGaps } from '../../../core/producers/findGaps.ts';
import { boundedRanges, countOf, withNumber } from '../../../core/producers/numberRanges.ts';
import { wordFrom, wordRow } from '../../../core/producers/ProducerWord.ts';
import { SeenBatches, seenAlso } from '../../../core/producers/SeenBatches.ts';

const AT = '2026-11-28T00:00:00.000Z';
const origin = { intakeId: 'i', flow: 'f', name: 'n' };
const nothing: SeenNumbers = {
  ...{ producer: 'p', partition: 0, version: 0, highest: 0, holes: [], lastAt: '' },
};

describe('numbers of batches', () => {
  it('stand in front of what they are of, and are read from there', () => {
    const part = { part: Buffer.from('{}'), seal: 's' };
    const body = batchText([part], new BatchNumbers('a-1').next(0, [origin]));
    assert.equal(body.toString(), '{"v":1,"producer":"a-1","number":1,"seal":"s","parts":[{}]}');
    assert.deepEqual(headOf(body), { producer: 'a-1', number: 1, isMark: false });
    assert.equal(headOf(batchText([part])), undefined);
    const mark = Buffer.from('{"v":1,"producer":"a-1","number":7,"parts":[]}');
    assert.deepEqual(headOf(mark), { producer: 'a-1', number: 7, isMark: true });
  });

  it('whatever comes again or in another order: missing is what was confirmed and never came', () => {
    const outcome = fc.constantFrom('comes', 'comes twice', 'refused', 'refused and comes', 'lost');
    fc.assert(
      fc.property(
        fc.array(outcome, { maxLength: 40 }),
        fc.infiniteStream(fc.nat()),
        (all, dice) => {
          const numbers = new BatchNumbers('p');
          const come: Buffer[] = [];
          for (const one of all) {
            const { confirmed, givenUp, ...number } = numbers.next(0, [origin]);
            const body = batchText([{ part: Buffer.from('{}') }], number);
            if (one.includes('comes')) come.push(body);
            if (one === 'comes twice') come.push(body);
            if (one.includes('refused')) givenUp();
            else confirmed();
          }
          const shuffled = come
            .map((body) => ({ body, at: dice.next().value as number }))
            .sort((one, other) => one.at - other.at);
          let seen = nothing;
          for (const { body } of shuffled) seen = seenAlso(seen, headOf(body)!, AT);
          const word = () =>
            wordFrom(
              wordRow({
                producer: 'p',
                saidAt: AT,
                startedAt: AT,
                queues: numbers.queues([seen], AT),
              }),
            );
          const [behind] = findGaps([word()], [seen]).behind;
          if (behind)
            seen = seenAlso(seen, { producer: 'p', number: behind.settled, isMark: true }, AT);
          const missing = countOf(findGaps([word()], [seen]).gaps);
          assert.equal(missing, all.filter((one) => one === 'lost').length);
          assert.equal(numbers.areSeen([seen]), missing === 0);
          numbers.next(0, [origin]);
          assert.ok(!numbers.areSeen([seen]));
        },
      ),
    );
  });

  it('beyond what was said nothing is missing: who was killed knew nothing of it', () => {
    const queues = [{ partition: 0, settled: 1, givenUp: [], times: [], open: [] }];
    const word = { producer: 'p', saidAt: AT, startedAt: AT, queues };
    const seen = [1, 4].reduce(
      (row, number) => seenAlso(row, { producer: 'p', number, isMark: false }, AT),
      nothing,
    );
    assert.deepEqual(findGaps([word], [seen]).gaps, []);
  });

  it('are read anew after somebody else may have changed them', async () => {
    let rows: SeenNumbers[] = [];
    const seen = new SeenBatches({ seenNumbers: async () => rows }, 0);
    const head = (number: number) => ({ producer: 'p', number, isMark: false });
    const [first] = await seen.with([head(1)], AT);
    assert.deepEqual([first?.version, first?.highest], [1, 1]);
    rows = [{ ...first!, version: 5, highest: 9 }];
    seen.forget();
    const [later] = await seen.with([head(10)], AT);
    assert.deepEqual([later?.version, later?.highest, later?.holes], [6, 10, []]);
    assert.deepEqual(await seen.with([head(3)], AT), []);
  });

  it('ranges stay bounded, and what is joined covers all that it is made of', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200)), fc.integer({ min: 1, max: 5 }), (numbers, most) => {
        const ranges = numbers.reduce(withNumber, [] as { from: number; to: number }[]);
        assert.equal(countOf(ranges), new Set(numbers).size);
        const bounded = boundedRanges(ranges, most);
        assert.ok(bounded.length <= most);
        for (const number of numbers)
          assert.ok(bounded.some(({ from, to }) => from <= number && number <= to));
      }),
    );
  });
});
