import assert from 'node:assert/strict';
import type { DecodeOptions } from '../../../core/codecs/decodeText.ts';
import { decodeText } from '../../../core/codecs/decodeText.ts';
import { StockbusError } from '../../../core/errors.ts';
import { chunksOf, utf16 } from '../../contract/codec/readAll.ts';

async function decode(
  bytes: Uint8Array,
  encoding: DecodeOptions['encoding'] = 'auto',
  size = 3,
): Promise<{ text: string; message?: string }> {
  let text = '';
  try {
    for await (const piece of decodeText(chunksOf(bytes, size), { encoding, name: 'x' }))
      text += piece;
  } catch (error) {
    assert.ok(error instanceof StockbusError);
    assert.equal(error.code, 'TEXT_BAD_ENCODING');
    return { text, message: error.message };
  }
  return { text };
}

describe('text decoding', () => {
  it('joins characters that chunks cut apart', async () => {
    const text = 'aä€😀\ufeff'.repeat(200);
    for (let size = 1; size < 9; size += 1) {
      assert.equal((await decode(Buffer.from(text), 'auto', size)).text, text);
      assert.equal((await decode(utf16(text, false), 'auto', size)).text, text);
      assert.equal((await decode(utf16(text, true), 'auto', size)).text, text);
    }
  });

  it('knows UTF-16 without a mark by its first bytes', async () => {
    assert.equal((await decode(Buffer.from('{"a":1}', 'utf16le'))).text, '{"a":1}');
    assert.equal((await decode(Buffer.from('{"a":1}', 'utf16le').swap16())).text, '{"a":1}');
  });

  it('gives out what is valid and refuses the first byte that is not', async () => {
    const cases: [number[], string, number][] = [
      [[0x61, 0xc0, 0xaf], 'a', 1],
      [[0x61, 0xe4, 0x62], 'a', 1],
      [[0x61, 0xed, 0xa0, 0x80], 'a', 1],
      [[0xc3, 0xa4, 0xf0, 0x9f], 'ä', 2],
      [[0xff], '', 0],
    ];
    for (const [bytes, text, offset] of cases) {
      for (const padding of [0, 5000]) {
        const all = Buffer.concat([Buffer.alloc(padding, 'ä'), Buffer.from(bytes)]);
        for (const size of [1, 7, 100_000]) {
          const result = await decode(all, 'utf-8', size);
          assert.equal(result.text, `${'ä'.repeat(padding / 2)}${text}`);
          assert.match(result.message ?? '', new RegExp(`at offset ${padding + offset} `));
        }
      }
    }
    assert.match((await decode(Buffer.from([0x61, 0]), 'utf-16le')).text, /^a$/);
    assert.ok((await decode(Buffer.from([0x61, 0, 0x62]), 'utf-16le')).message);
    assert.ok((await decode(Buffer.from([0x61, 0, 0, 0xdc, 0x61, 0]), 'utf-16le')).message);
  });

  it('tells ISO-8859-1 from Windows-1252, and refuses bytes that neither defines', async () => {
    const bytes = Buffer.from([0x80, 0xe4]);
    assert.equal((await decode(bytes, 'windows-1252')).text, '€ä');
    assert.equal((await decode(bytes, 'iso-8859-1')).text, '\u0080ä');
    assert.match((await decode(Buffer.from([0x61, 0x81]), 'windows-1252')).message ?? '', /0x81/);
    assert.match((await decode(bytes, 'us-ascii')).message ?? '', /0x80 at offset 0/);
  });

  it('passes a byte order mark that fits the stated encoding, and refuses one of another', async () => {
    const marked = Buffer.from('\ufeffa');
    assert.equal((await decode(marked, 'utf-8')).text, 'a');
    for (const [bytes, stated] of [
      [marked, 'iso-8859-1'],
      [marked, 'utf-16le'],
      [utf16('\ufeffa;b', false), 'windows-1252'],
      [utf16('\ufeffa;b', true), 'utf-16le'],
    ] as const) {
      const { text, message } = await decode(bytes, stated);
      assert.equal(text, '');
      assert.match(message ?? '', new RegExp(`byte order mark says utf-.*, and ${stated} is`));
    }
  });
});
