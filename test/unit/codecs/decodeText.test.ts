import assert from 'node:assert/strict';
import { decodeText } from '../../../core/codecs/decodeText.ts';
import { encodings } from '../../../core/codecs/encodings.ts';
import type { DecodeOptions } from '../../../core/codecs/findEncoding.ts';
import { StockbusError } from '../../../core/errors.ts';
import { chunksOf, utf16 } from '../../contract/codec/readAll.ts';

async function decode(
  bytes: Uint8Array,
  encoding: DecodeOptions['encoding'] = 'auto',
  size = 3,
  says: Partial<DecodeOptions> = {},
): Promise<{ text: string; message?: string; code?: string; todo?: string | undefined }> {
  let text = '';
  try {
    const options = { encoding, name: 'x', ...says };
    for await (const piece of decodeText(chunksOf(bytes, size), options)) text += piece;
  } catch (error) {
    assert.ok(error instanceof StockbusError);
    return { text, message: error.message, code: error.code, todo: error.fault.todo };
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
    const latin = await decode(bytes, 'iso-8859-1');
    assert.match(latin.message ?? '', /^byte 0x80 at offset 0 is not valid iso-8859-1/);
    assert.match(latin.todo ?? '', /most likely it is windows-1252, in which it reads '€ä'/);
    assert.equal((await decode(Buffer.from([0xa0, 0xe4]), 'iso-8859-1')).text, '\u00a0ä');
    assert.match((await decode(Buffer.from([0x61, 0x81]), 'windows-1252')).message ?? '', /0x81/);
    assert.match((await decode(bytes, 'us-ascii')).message ?? '', /0x80 at offset 0/);
    for (const encoding of encodings.filter((name) => name.startsWith('iso-8859'))) {
      assert.match((await decode(Buffer.from([0x9f]), encoding)).message ?? '', /0x9f at offset 0/);
    }
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
      assert.match(message ?? '', new RegExp(`byte order mark says utf-.*, .* states ${stated}$`));
    }
  });

  it('follows `charset=` of the content type, in any of its spellings', async () => {
    const latin = Buffer.from('Müsli', 'latin1');
    for (const charset of ['iso-8859-1', 'ISO_8859-1', '"latin1"', 'windows-1252; x=y', 'CP1252']) {
      const contentType = `text/csv;charset=${charset}`;
      assert.equal((await decode(latin, 'auto', 3, { contentType })).text, 'Müsli', charset);
    }
    const utf8 = { contentType: 'text/csv; Charset=UTF8' };
    assert.equal((await decode(Buffer.from('Müsli'), 'auto', 3, utf8)).text, 'Müsli');
    assert.match(
      (await decode(latin, 'auto', 3, utf8)).message ?? '',
      /0xfc at offset 1 .*as the content type says/,
    );
    const wide = { contentType: 'text/csv; charset=utf-16' };
    assert.equal((await decode(utf16('Müsli', true), 'auto', 3, wide)).text, 'Müsli');
    assert.match(
      (await decode(Buffer.from('Müsli'), 'auto', 3, wide)).message ?? '',
      /^the first bytes show utf-8, and the content type says utf-16$/,
    );
    const twice = { contentType: 'text/csv; charset=utf-8; charset=latin1' };
    assert.match((await decode(latin, 'auto', 3, twice)).message ?? '', /says 'utf-8 and latin1'/);
    const other = await decode(latin, 'auto', 3, { contentType: 'text/csv; charset=Shift_JIS' });
    assert.match(other.message ?? '', /content type says 'Shift_JIS', which is no encoding/);
    assert.equal(
      (await decode(Buffer.from('ü'), 'auto', 3, { contentType: 'text/csv' })).text,
      'ü',
    );
  });

  it('refuses what contradicts: flow, content type, mark, first bytes, declaration', async () => {
    const declaring = (encoding: string) => ({ declared: () => encoding });
    const typed = (charset: string) => ({ contentType: `text/xml; charset=${charset}` });
    const text = Buffer.from('Müsli');
    const cases: [Uint8Array, DecodeOptions['encoding'], Partial<DecodeOptions>, RegExp][] = [
      [text, 'windows-1252', typed('utf-8'), /^the content type says utf-8, and the flow states w/],
      [text, 'windows-1252', declaring('UTF-8'), /^the XML declaration says utf-8, and the flow /],
      [
        text,
        'auto',
        { ...typed('utf-8'), ...declaring('latin1') },
        /declaration says iso-8859-1, and the content type says utf-8/,
      ],
      [
        Buffer.from('\ufeffx'),
        'auto',
        typed('iso-8859-15'),
        /^the byte order mark says utf-8, and/,
      ],
      [Buffer.from('\ufeffx'), 'auto', declaring('koi8-r'), /'koi8-r', which is no encoding/],
      [
        Buffer.from('\ufeffx'),
        'auto',
        declaring('cp1252'),
        /^the XML declaration says windows-1252, and the byte/,
      ],
      [
        utf16('x', false),
        'auto',
        declaring('UTF-8'),
        /^the XML declaration says utf-8, and the byte/,
      ],
      [utf16('x', false), 'auto', typed('utf-16be'), /^the byte order mark says utf-16le, and the/],
      [
        Buffer.from('a;b', 'utf16le'),
        'windows-1252',
        {},
        /^the first bytes show utf-16le, and the/,
      ],
      [text, 'utf-8', typed('us-ascii'), /^byte 0xc3 .* as the content type says$/],
    ];
    for (const [bytes, stated, says, expected] of cases) {
      const result = await decode(bytes, stated, 3, says);
      assert.match(result.message ?? '', expected);
      assert.doesNotMatch(result.text, /ü/);
    }
    assert.equal((await decode(text, 'windows-1252', 3, typed('utf-8'))).code, 'ENCODING_CONFLICT');
    // A part of the other, or the same by another name.
    const euro = Buffer.from([0x80]);
    assert.equal((await decode(euro, 'windows-1252', 3, typed('iso-8859-1'))).text, '€');
    assert.equal((await decode(Buffer.from('a'), 'utf-8', 3, declaring('US-ASCII'))).text, 'a');
    assert.equal((await decode(utf16('ü', false), 'auto', 3, declaring('UTF-16'))).text, 'ü');
    assert.equal((await decode(text, 'auto', 3, declaring('UTF-16'))).text, 'Müsli');
  });

  it('says so where the payload is no text that is read', async () => {
    for (const [bytes, expected] of [
      [[0xff, 0xfe, 0, 0, 0x61, 0, 0, 0], /is UTF-32/],
      [[0, 0, 0xfe, 0xff, 0, 0, 0, 0x61], /is UTF-32/],
      [[0x3c, 0, 0, 0, 0x61, 0, 0, 0], /is UTF-32/],
      [[0, 0, 0, 0x3c, 0, 0, 0, 0x61], /is UTF-32/],
      [[0x1f, 0x8b, 8, 0], /compressed by gzip/],
      [[0x50, 0x4b, 3, 4, 0x14], /ZIP or Excel/],
      [[0x28, 0xb5, 0x2f, 0xfd], /compressed by zstd/],
    ] as const) {
      assert.match((await decode(Buffer.from(bytes), 'auto', 100)).message ?? '', expected);
    }
  });

  it('refuses UTF-8 that is read byte by byte, at its end, by whoever states it', async () => {
    const text = Buffer.from(`a\nb\n1 Stück, ${'x'.repeat(600)} 5 €\n`);
    const stated = encodings.filter((name) => !/^(utf-|us-ascii)/.test(name));
    for (const encoding of stated) {
      for (const size of [1, 7, 300, 5000]) {
        for (const [by, says] of [
          ['auto', { contentType: `text/csv; charset=${encoding}` }],
          ['auto', { declared: () => encoding }],
          [encoding, {}],
        ] as const) {
          const { code, message, todo } = await decode(text, by, size, says);
          assert.equal(code, 'ENCODING_CONFLICT', encoding);
          assert.match(message ?? '', size > 7 ? /it is 'Stück'$/ : /it is '.*ü.*'$/);
          assert.match(todo ?? '', by === 'auto' ? /^have the sender/ : /^write `encoding: utf-8`/);
        }
      }
    }
    const json = Buffer.from('[{"sku":"Müsli"}]');
    const typed = { contentType: 'application/json; charset=windows-1251' };
    const { message, todo } = await decode(json, 'auto', 3, typed);
    assert.match(message ?? '', /, in windows-1251 as the content type says;/);
    assert.match(todo ?? '', /^have the sender state `charset=utf-8` in its content type;/);
  });

  it('reads byte by byte what is not UTF-8 to the last byte, or is allowed', async () => {
    for (const bytes of ['Müsli €'.normalize(), 'JOÃO Ã¼', 'Ã¼ Ã', 'plain']) {
      const latin = Buffer.from(bytes.replace('€', '\x80'), 'latin1');
      for (const size of [1, 3, 100])
        assert.equal((await decode(latin, 'windows-1252', size)).text, bytes);
    }
    const utf8 = Buffer.from('für');
    assert.equal((await decode(utf8, 'windows-1252', 3, { asStated: true })).text, 'fÃ¼r');
  });

  it('names as remedy only an encoding in which the bytes can be read, where it was stated', async () => {
    const dos = Buffer.from('f\x81r', 'latin1');
    const todo = async (encoding: DecodeOptions['encoding'], bytes: Uint8Array, says = {}) =>
      (await decode(bytes, encoding, 100, says)).todo ?? '';
    assert.match(
      await todo('utf-8', dos),
      /^most likely it is cp850, in which it reads 'für': write/,
    );
    assert.match(await todo('windows-1252', dos), /most likely it is cp850/);
    const umlaut = Buffer.from([0x4d, 0xfc, 0x20]);
    assert.match(await todo('auto', umlaut), /windows-1252, in which it reads 'Mü': write `enc/);
    const declared = { declared: () => 'utf-8' };
    const typed = { contentType: 'x/y; charset=utf-8' };
    assert.match(
      await todo('auto', umlaut, typed),
      /: have the sender state `charset=windows-1252`/,
    );
    assert.match(await todo('auto', umlaut, declared), /: have the sender declare `encoding="wind/);
    assert.match(
      await todo('utf-8', umlaut, typed),
      /: write `encoding: windows-1252` under `read`, and have the sender state `charset=windows/,
    );
    const marked = Buffer.from([0xef, 0xbb, 0xbf, 0xfc, 0x61]);
    assert.equal(await todo('utf-8', marked), 'have the sender write utf-8 throughout');
    assert.match(await todo('us-ascii', Buffer.from('für')), /most likely it is utf-8, .* 'für'/);
    // 0xD2 is not defined in Windows-1253 either.
    assert.match(await todo('iso-8859-7', Buffer.from([0x9f, 0xd2, 0x20])), /it is windows-1252/);
  });

  it('says who of two that contradict each other is to be corrected', async () => {
    const todo = async (encoding: DecodeOptions['encoding'], bytes: string, says = {}) =>
      (await decode(Buffer.from(bytes), encoding, 100, says)).todo ?? '';
    const typed = (charset: string) => ({ contentType: `x/y; charset=${charset}` });
    const declaring = { declared: () => 'utf-8' };
    assert.equal(await todo('windows-1252', '\ufeffa'), 'write `encoding: utf-8` under `read`');
    assert.equal(
      await todo('auto', '\ufeffa', typed('latin1')),
      'have the sender state `charset=utf-8` in its content type',
    );
    assert.match(await todo('auto', '[{"a":1}]', typed('utf-16le')), /`charset=utf-8`/);
    assert.match(await todo('auto', 'a', { ...typed('cp850'), ...declaring }), /say in both/);
    assert.match(
      await todo('windows-1252', 'a', typed('utf-8')),
      /^if the content type is right, write `encoding: auto` under `read`; if the flow is, have the/,
    );
  });
});
