import { equal, throws } from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_INT64 } from '../../core/decimal.ts';
import { JsonBuffer } from '../../core/JsonBuffer.ts';
import { quoted } from '../../core/quoted.ts';
import { runs, seed } from '../runs.ts';

const out = new JsonBuffer();

/** Whatever was written before. */
function written(write: () => void): string {
  out.clear();
  write();
  const text = out.text(0, out.length);
  equal(Buffer.from(out.bytes).toString(), text);
  return text;
}

describe('a JSON text that is written value by value', () => {
  it('has whole numbers as they are, and as text where a double does not hold them', () => {
    const sizes = fc.constantFrom(1n, 9n, 10n, 10n ** 9n, 2n ** 31n, 2n ** 53n, MAX_INT64);
    const near = fc.tuple(sizes, fc.bigInt(-2n, 2n)).map(([size, by]) => size + by);
    const size = fc.oneof(near, fc.bigInt(0n, MAX_INT64)).filter((one) => one <= MAX_INT64);
    const number = fc.tuple(size, fc.boolean()).map(([one, isBelow]) => (isBelow ? -one : one));
    fc.assert(
      fc.property(fc.array(number), (numbers) => {
        const texts = numbers.map((one) =>
          BigInt(Number(one)) === one && Number.isSafeInteger(Number(one)) ? `${one}` : `"${one}"`,
        );
        const list = written(() => out.list(numbers, (one) => out.exact(one)));
        equal(list, `[${texts.join()}]`);
      }),
      { numRuns: runs(1, 300), seed },
    );
    throws(() => out.exact(MAX_INT64 + 1n), { code: 'STOCK_OUT_OF_RANGE' });
  });

  it('has texts of any characters and any length as they are quoted', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(fc.array(text), fc.nat(30_000), (texts, length) => {
        const long = 'ä'.repeat(length);
        const object = written(() => {
          out
            .open('{')
            .key('texts')
            .list(texts, (one) => out.string(one));
          out.key('long').json(JSON.stringify(long)).close('}');
        });
        equal(object, `{"texts":[${texts.map(quoted).join()}],"long":"${long}"}`);
      }),
      { numRuns: runs(1, 300), seed },
    );
  });

  it('has commas between values, and nowhere else', () => {
    const text = written(() => {
      out.plain('x ').open('[').close(']').plain(' ').number(1).open('{').key('a').open('[');
      out.line().open('[').number(-1).close(']').line().string('').close(']').close('}').json('0');
    });
    equal(text, 'x [] 1,{"a":[[-1],\n""]},0');
  });
});
