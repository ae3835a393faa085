import assert from 'node:assert/strict';
import { xml } from '../../../core/codecs/xml.ts';
import { limits } from '../../../core/limits.ts';
import { codecWith, faults, readAll, values } from '../../contract/codec/readAll.ts';

const read = (text: string | Uint8Array, options: object = {}) =>
  readAll(codecWith(xml, options), text, 64);

describe('XML: values', () => {
  it('keeps text as text', async () => {
    const text =
      '<r><a>00123</a><b>true</b><c>1e5</c><d> x </d><e/><f>&#65;&#x1F600;&lt;&amp;</f></r>';
    assert.deepEqual(values(await read(text)), [
      { a: '00123', b: 'true', c: '1e5', d: 'x', e: '', f: 'A😀<&' },
    ]);
    assert.deepEqual(values(await read('<r><d> x </d></r>', { trim: false })), [{ d: ' x ' }]);
  });

  it('has attributes, and text beside them', async () => {
    const text = `<r id='7'><q unit="KGM" note="a&quot;>b">5</q>mixed <b>1</b> text</r>`;
    assert.deepEqual(values(await read(text)), [
      {
        '@id': '7',
        q: { '@unit': 'KGM', '@note': 'a">b', '#text': '5' },
        b: '1',
        '#text': 'mixed  text',
      },
    ]);
  });

  it('makes a list of an element that repeats, or of those named', async () => {
    const text = '<r><one><l>1</l></one><two><l>1</l><x/><l>2</l></two></r>';
    assert.deepEqual(values(await read(text)), [
      { one: { l: '1' }, two: { l: ['1', '2'], x: '' } },
    ]);
    assert.deepEqual(values(await read(text, { lists: ['l'] })), [
      { one: { l: ['1'] }, two: { l: ['1', '2'], x: '' } },
    ]);
  });

  it('strips namespaces or keeps them', async () => {
    const text = '<n:r xmlns:n="u" xmlns="v" n:id="1" id="2"><n:a>x</n:a><a>y</a></n:r>';
    assert.deepEqual(values(await read(text)), [{ '@id': '2', '@n:id': '1', a: ['x', 'y'] }]);
    assert.deepEqual(values(await read(text, { namespaces: 'keep' })), [
      { '@xmlns:n': 'u', '@xmlns': 'v', '@n:id': '1', '@id': '2', 'n:a': 'x', a: 'y' },
    ]);
  });

  it('reads CDATA as it is, passes over comments and instructions, knows xsi:nil', async () => {
    const text =
      '<r><!-- <a>1</a> --><?pi <a> ?><a><![CDATA[ <b>&amp; ]]></a><c>1<!-- x -->2</c><d xsi:nil="true"/></r>';
    assert.deepEqual(values(await read(text)), [{ a: ' <b>&amp; ', c: '12', d: null }]);
  });
});

describe('XML: records', () => {
  it('are the elements of the name, wherever they stand, each read whole', async () => {
    const text =
      '<?xml version="1.0"?>\n<r><h><x/></h>\n<n:o id="1"><o>inner</o></n:o><!-- <o/> -->\n<w><o>2</o></w><o/></r>\n<!-- end -->';
    const result = await read(text, { record: 'o' });
    assert.deepEqual(values(result), [{ '@id': '1', o: 'inner' }, { '#text': '2' }, {}]);
    assert.deepEqual(
      result.records.map(({ line }) => line),
      [3, 4, 4],
    );
    assert.deepEqual(values(await read(text, { record: 'n:o' })), [{ '@id': '1', o: 'inner' }]);
    assert.equal((await read(text, { record: 'q' })).refused?.code, 'XML_NO_RECORDS');
  });

  it('faults one record for what is wrong inside of it', async () => {
    const bad = [
      '<o>&nbsp;</o>',
      '<o>a & b</o>',
      '<o a="1" a="2"/>',
      '<o>\u0001</o>',
      '<o>&#0;</o>',
      '<o><constructor/></o>',
      '<o><__proto__/></o>',
    ];
    const result = await read(`<r>${bad.join('<o>good</o>')}</r>`, { record: 'o' });
    assert.equal(values(result).length, bad.length - 1);
    assert.deepEqual(
      faults(result),
      bad.map((_, index) => `${index * 2 + 1}:1 XML_SYNTAX`),
    );
    assert.equal(result.records[0]?.raw, bad[0]);
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  });

  it('refuses the rest of a document that is not well-formed, with its line', async () => {
    for (const rest of [
      '<o><b></o>',
      '</q>',
      '<o',
      '<o a=1/>',
      '<o a="<"/>',
      '<!-- ',
      '<![CDATA[',
      '<!FOO>',
      '</r><r/>',
      '</r>text',
      '<o>',
      '< o/>',
      '',
    ]) {
      const result = await read(`<r><o>1</o>\n${rest}`, { record: 'o' });
      assert.equal(result.refused?.code, 'XML_SYNTAX', rest);
      assert.equal(result.refused.at?.line, 2, rest);
      assert.deepEqual(values(result), [{ '#text': '1' }]);
    }
    assert.equal((await read('text')).refused?.code, 'XML_SYNTAX');
  });

  it('refuses document types before anything is declared', async () => {
    for (const text of [
      '<!DOCTYPE r><r/>',
      '<?xml version="1.0"?>\n<!doctype r [<!ENTITY a "b">]><r>&a;</r>',
      '<r><!DOCTYPE r></r>',
    ]) {
      const { refused, records } = await read(text);
      assert.equal(refused?.code, 'XML_DTD_REFUSED', text);
      assert.deepEqual(records, []);
    }
    assert.deepEqual(values(await read('<r><![CDATA[<!DOCTYPE r>]]></r>')), [
      { '#text': '<!DOCTYPE r>' },
    ]);
  });

  it('refuses what is nested too deep', async () => {
    const { refused } = await read(`<r>${'<x>'.repeat(100_000)}`);
    assert.equal(refused?.code, 'NESTING_TOO_DEEP');
  });

  it('costs one record when it is larger than its bound, but refuses such a document', async () => {
    const large = `<o>${'<x>12345678</x>'.repeat(limits.recordBytes / 14)}</o>`;
    const text = `<r><o>1</o>\n${large}\n<o>3</o></r>`;
    const result = await readAll(codecWith(xml, { record: 'o' }), text);
    assert.deepEqual(faults(result), ['2:2 PAYLOAD_TOO_LARGE']);
    assert.deepEqual(values(result), [{ '#text': '1' }, { '#text': '3' }]);
    assert.equal(result.records[2]?.line, 3);
    assert.equal((await readAll(codecWith(xml), text)).refused?.code, 'PAYLOAD_TOO_LARGE');
  });

  it('follows the encoding that the declaration states', async () => {
    const text = (encoding: string): string =>
      `<?xml version="1.0" encoding="${encoding}"?><r><a>Größe €</a></r>`;
    const ansi = Buffer.from(text('Windows-1252').replace('€', '\u0080'), 'latin1');
    assert.deepEqual(values(await read(ansi)), [{ a: 'Größe €' }]);
    assert.deepEqual(values(await read(Buffer.from(text('UTF-16'), 'utf16le'))), [
      { a: 'Größe €' },
    ]);
    assert.equal((await read(text('EBCDIC-1'))).refused?.code, 'TEXT_BAD_ENCODING');
  });

  it('writes elements, attributes and lists, with names and characters that XML allows', async () => {
    const writer = codecWith(xml, {}, { root: 'R', record: 'Item', indent: true }).writer();
    const row = {
      '@id': 'a"<\n',
      '1st name': 'x & y\r',
      list: [1, null],
      deep: { '#text': 'z\u0001', '@k': true },
    };
    const text = writer.begin() + writer.write([row]) + writer.end();
    assert.equal(
      text,
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<R>',
        '  <Item id="a&quot;&lt;&#10;">',
        '    <_1st_name>x &amp; y&#13;</_1st_name>',
        '    <list>1</list>',
        '    <list/>',
        '    <deep k="true">z\ufffd</deep>',
        '  </Item>',
        '</R>',
        '',
      ].join('\n'),
    );
    assert.equal((await read(text, { record: 'Item' })).records.length, 1);
  });
});
