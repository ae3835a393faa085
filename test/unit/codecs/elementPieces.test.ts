import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ElementReader } from '../../../core/codecs/ElementReader.ts';
import { elementPieces } from '../../../core/codecs/elementPieces.ts';
import { xml } from '../../../core/codecs/xml.ts';
import { isStockbusError } from '../../../core/errors.ts';
import { runs, seed } from '../../runs.ts';

const attribute = fc
  .tuple(
    fc.constantFrom('a', 'x:a', 'xsi:nil', 'xsi:type', 'xmlns:x', 'i:nil', 'xmlns:i'),
    fc.constantFrom('true', 'a&amp;b', 'x\ny', 'http://www.w3.org/2001/XMLSchema-instance', '>?'),
    fc.constantFrom('"', "'"),
  )
  .map(([name, value, quote]) => ({ name, text: ` ${name}=${quote}${value}${quote}` }));
const attributes = fc
  .uniqueArray(attribute, { selector: ({ name }) => name, maxLength: 3 })
  .map((all) => all.map(({ text }) => text).join(''));
const text = fc.constantFrom(' ', '  x ', 't', '\r\n', '&amp;', '&#32;', '"', '>', '&bad;', '😀');
const section = fc.constantFrom(
  ...['<!-- c -->', '<!--<a>"-->', '<![CDATA[ x ]]>', '<![CDATA[]]>', '<![CDATA[</a>]]>'],
  ...['<?pi "?>', "<?p '<a>'?>"],
);
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .tuple(
      fc.constantFrom('a', 'b', 'x:a', 'ä'),
      attributes,
      fc.array(fc.oneof(text, section, tie('element')), { maxLength: 6 }),
      fc.constantFrom('', ' '),
    )
    .map(([name, inTag, content, blank]) =>
      content.length > 0
        ? `<${name}${inTag}${blank}>${content.join('')}</${name}${blank}>`
        : `<${name}${inTag}${blank}/>`,
    ),
}));

/** The record, or the code with which it is refused. */
function read(whole: string, options: object, characters: number): unknown {
  const fail = ({ message }: { message: string }) => assert.fail(message);
  const reader = new ElementReader(xml.readOptions.read({ record: 'r', ...options }, [], fail)!);
  try {
    for (const piece of elementPieces(whole, characters)) reader.add(piece);
    return reader.value;
  } catch (error) {
    if (isStockbusError(error)) return error.code;
    throw error;
  }
}

describe('an XML element that is read in pieces', () => {
  it('gives what it gives in one', () => {
    const options = fc.record({
      trim: fc.boolean(),
      namespaces: fc.constantFrom('strip', 'keep'),
      lists: fc.constantFrom([], ['a']),
    });
    fc.assert(
      fc.property(element, options, fc.integer({ min: 1, max: 60 }), (whole, how, characters) => {
        assert.deepEqual(read(whole, how, characters), read(whole, how, whole.length));
      }),
      { numRuns: runs(5, 500), seed },
    );
  });

  it('is refused for its attributes before they are read', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => ` a${index}=""`).join('');
    assert.equal(read(`<r>${'x'.repeat(70_000)}<e${many}/></r>`, {}, 64_000), 'PAYLOAD_TOO_LARGE');
  });
});
