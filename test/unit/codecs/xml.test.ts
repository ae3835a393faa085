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

  it('knows xsi:nil by its namespace, whatever the prefix', async () => {
    const instance = 'http://www.w3.org/2001/XMLSchema-instance';
    const nil = [
      `<a xmlns:i="${instance}" i:nil="true"/>`,
      `<a xmlns:n1="${instance}" n1:nil="1"></a>`,
      `<a xmlns:i='${instance}' i:nil=" true "> </a>`,
      '<a xsi:nil="true" xsi:type="xs:string"/>',
      '<a xsi:type="xs:decimal" xsi:nil="1"/>',
    ];
    for (const element of nil) {
      assert.deepEqual(values(await read(`<r>${element}</r>`)), [{ a: null }], element);
    }
    const text = `<r xmlns:i="${instance}"><o><a i:nil="true"/><b xmlns:i="other" i:nil="true"/></o></r>`;
    const expected = [{ a: null, b: { '@nil': 'true' } }];
    assert.deepEqual(values(await read(text, { record: 'o' })), expected);
    assert.deepEqual(values(await read(text)), [{ o: expected[0] }]);
    const other = '<r xmlns:xsi="other"><o><a xsi:nil="true"/></o></r>';
    assert.deepEqual(values(await read(other, { record: 'o' })), [{ a: { '@nil': 'true' } }]);
    const kept = await read(text, { record: 'o', namespaces: 'keep' });
    assert.deepEqual((values(kept)[0] as { a: unknown }).a, null);
    const beside = `<r xmlns:i="${instance}"><x><o i:nil="0">1</o></x><o xmlns:i="u"/><o><a i:nil="1"/></o></r>`;
    assert.deepEqual(values(await read(beside, { record: 'o' })), [
      { '@nil': '0', '#text': '1' },
      {},
      { a: null },
    ]);
  });

  it('reads text that only says its xsi:type as text', async () => {
    const text =
      '<r><a xsi:type="xs:decimal">5</a><b xsi:type="X"><c/></b><d t="1" xsi:type="X">1</d></r>';
    assert.deepEqual(values(await read(text)), [
      { a: '5', b: { '@type': 'X', c: '' }, d: { '@t': '1', '@type': 'X', '#text': '1' } },
    ]);
  });

  it('passes over processing instructions whatever is in them', async () => {
    const text = `<r><?pi x"?><a>1<?pi '>?>2</a><![CDATA[<?no?>]]><!-- <? --></r><?end "?>`;
    assert.deepEqual(values(await read(text)), [{ a: '12', '#text': '<?no?>' }]);
  });

  it('faults an element of too many fields', async () => {
    const wide = (count: number): string =>
      `<o><w>${Array.from({ length: count }, (_, index) => `<f${index}/>`).join('')}</w></o>`;
    const text = `<r>${wide(limits.fieldsPerRecord)}${wide(limits.fieldsPerRecord + 1)}</r>`;
    const result = await read(text, { record: 'o' });
    assert.deepEqual(faults(result), ['2:1 PAYLOAD_TOO_LARGE']);
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

  it('holds what stands outside of records to the same rules', async () => {
    const bad = [
      ...['<x>&nbsp;</x>', '<x>&#0;</x>', '<x>a & b</x>', '<x>\u0000</x>', '<x>]]></x>'],
      ...['<x a="&nbsp;"/>', '<x a="1" a="2"/>', '<x a="\u0001"/>', '<!-- \u0000 -->'],
      ...['<!-- a -- b -->', '<!-- a --->', '<??>', '<? pi?>', '<1x/>', '<x\u00a0a="1"/>'],
      ...[
        '<x#y/>',
        '<x @a="1"/>',
        '<?xml version="1.0"?>',
        '<?XML x?>',
        '<x><![CDATA[\u0000]]></x>',
      ],
    ];
    for (const markup of bad) {
      for (const padding of ['', 'x'.repeat(70_000)]) {
        const text = `<r><o>1</o>\n${padding}${markup}<o>2</o></r>`;
        const result = await readAll(codecWith(xml, { record: 'o' }), text);
        assert.equal(result.refused?.code, 'XML_SYNTAX', markup);
        assert.equal(result.refused.at?.line, 2, markup);
        assert.deepEqual(values(result), [{ '#text': '1' }]);
      }
    }
    const good = `<r>${'&amp;'.repeat(50_000)}]]<x a="&#65;"/>${']'.repeat(100_000)}<o>1</o>&gt;</r>\n`;
    for (const size of [7, 64 * 1024]) {
      const result = await readAll(codecWith(xml, { record: 'o' }), good, size);
      assert.deepEqual(result.refused, undefined);
      assert.deepEqual(values(result), [{ '#text': '1' }]);
    }
  });

  it('faults one record for a comment, an instruction or text that is not well-formed', async () => {
    for (const bad of ['<!-- a -- b -->', '<??>', '<?xml version="1.0"?>', ']]>', '<x>]]></x>']) {
      const result = await read(`<r><o>1</o><o>${bad}</o><o>3</o></r>`, { record: 'o' });
      assert.deepEqual(faults(result), ['2:1 XML_SYNTAX'], bad);
      assert.equal(values(result).length, 2);
    }
  });

  it('takes an XML declaration at the very beginning, and only a well-formed one', async () => {
    for (const good of [
      '<?xml version="1.0"?>',
      "<?xml version='1.1' standalone='yes' ?>",
      '<?xml version = "1.0" encoding="UTF-8" standalone="no"?>\n<?pi?><!---->\n',
      '\ufeff<?xml version="1.0"?>',
    ]) {
      assert.deepEqual(values(await read(`${good}<r><a/></r>`)), [{ a: '' }], good);
    }
    for (const bad of [
      '<?xml?>',
      '<?xml encoding="UTF-8"?>',
      '<?xml version="1.0" encoding=UTF-8?>',
      '<?xml version="2.0"?>',
      '<?xml version="1.0" standalone="maybe"?>',
      '<?XML version="1.0"?>',
      ' <?xml version="1.0"?>',
      '\ufeff\ufeff<?xml version="1.0"?>',
      '<!-- --><?xml version="1.0"?>',
      '\u00a0',
    ]) {
      assert.equal((await read(`${bad}<r/>`)).refused?.code, 'XML_SYNTAX', bad);
    }
    assert.match((await read('{"a":1}')).refused?.message ?? '', /; this looks like JSON$/);
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
    const writer = codecWith(xml, {}, { root: 'R', record: 'Item', indent: true }).writer!();
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

  it('tells what is wrong inside of a record by its own line', async () => {
    const inside: [bad: string, line: number][] = [
      ['<o>\n<a>1</a>\n<b>R&D</b>\n</o>', 4],
      ['<o>\n<a>1</a>\n\n<b>&nbsp;</b></o>', 5],
      ['<o>\n<!-- R&D -->\n<a>\u0001</a></o>', 4],
      ['<o>\n<![CDATA[R&D]]>\n<a b="1"\n c="x&y"/></o>', 5],
      ['<o>\n<a/>\n<!-- a -- b --></o>', 4],
    ];
    for (const [bad, line] of inside) {
      const result = await read(`<r>\n${bad}\n<o>1</o></r>`, { record: 'o' });
      assert.deepEqual(faults(result), ['1:2 XML_SYNTAX'], bad);
      assert.equal(result.records[0]?.fault?.at?.line, line, bad);
    }
  });
});
