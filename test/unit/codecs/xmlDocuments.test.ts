import assert from 'node:assert/strict';
import { xml } from '../../../core/codecs/xml.ts';
import { writeRecords } from '../../../core/deliver/writeRecords.ts';
import { limits } from '../../../core/limits.ts';
import type { SourceRecord } from '../../../core/ports.ts';
import { chunksOf, codecWith, faults, readAll, values } from '../../contract/codec/readAll.ts';

const read = (text: string, options: object = {}) => readAll(codecWith(xml, options), text, 64);

const EVENTS = `<E creationDate="2026-03-01" schema='2 "x"'>
  <Header><sender type="GLN">4012345000009</sender></Header>
  <Body><List>
    <Object><epc>a</epc></Object>
    <Aggregation><parent>p</parent></Aggregation>
    <Object><epc>b</epc></Object>
  </List></Body>
</E>`;

describe('XML: documents', () => {
  it('have elements that are their text, whatever attributes they carry', async () => {
    const text = `<r id="7">
      <ID schemeID="GLN" agency="9">1</ID>
      <Plain>2</Plain>
      <Note lang="en">x</Note><Note>y</Note><Note lang="de" short="1">z</Note><Note/>
      <Empty unit="KGM"/>
      <Party kind="buyer"><Name>n</Name></Party>
    </r>`;
    assert.deepEqual(values(await read(text, { text: true })), [
      {
        '@id': '7',
        ID: '1',
        'ID@schemeID': 'GLN',
        'ID@agency': '9',
        Plain: '2',
        Note: ['x', 'y', 'z', ''],
        'Note@lang': ['en', null, 'de', null],
        'Note@short': [null, null, '1', null],
        Empty: '',
        'Empty@unit': 'KGM',
        Party: { '@kind': 'buyer', Name: 'n' },
      },
    ]);
    const listed = { text: true, lists: ['ID'] };
    assert.deepEqual(values(await read('<r><ID s="1">a</ID></r>', listed)), [
      { ID: ['a'], 'ID@s': ['1'] },
    ]);
    const nil = '<r><a xsi:nil="true" why="x"/><b xsi:type="xs:int">5</b></r>';
    assert.deepEqual(values(await read(nil, { text: true })), [{ a: null, b: '5', 'a@why': 'x' }]);
  });

  it('with an attribute of its own on each child are refused before they fill the memory', async () => {
    const children = Array.from({ length: 4_000 }, (_, index) => `<a b${index}="">x</a>`).join('');
    const result = await read(`<r>${children}</r>`, { text: true });
    assert.deepEqual(faults(result), ['1:1 PAYLOAD_TOO_LARGE']);
  });

  it('have records of several names in their order, each with its name', async () => {
    const { records, refused } = await read(EVENTS, { records: ['Object', 'Aggregation'] });
    assert.equal(refused, undefined);
    assert.deepEqual(
      records.map(({ value, line }) => [value['#element'], line]),
      [
        ['Object', 4],
        ['Aggregation', 5],
        ['Object', 6],
      ],
    );
    const none = await read(EVENTS, { records: ['A', 'B'] });
    assert.equal(none.refused?.message, 'the document has no element <A> or <B>');
  });

  it('keep what stands around their records, while these are read one by one', async () => {
    const options = {
      records: ['Object', 'Aggregation'],
      envelope: ['Header', '@creationDate', '@schema', 'absent'],
      text: true,
    };
    const envelope = {
      '@creationDate': '2026-03-01',
      '@schema': '2 "x"',
      Header: { sender: '4012345000009', 'sender@type': 'GLN' },
    };
    for (const value of values(await read(EVENTS, options)) as Record<string, unknown>[]) {
      assert.deepEqual(value['#envelope'], envelope);
    }
  });

  it('keep what stands around their records, and not what is called alike elsewhere', async () => {
    const document = `<Order>
  <Supplier><ID>S1</ID><Contact><ID>C1</ID></Contact></Supplier>
  <ID>O1</ID>
  <Lines>
    <Total><ID>T1</ID></Total><ID>L1</ID>
    <Line><ID>1</ID></Line>
    <Note><ID>N1</ID></Note>
    <Line><ID>2</ID></Line>
  </Lines>
  <Buyer><ID>B1</ID></Buyer>
</Order>`;
    const options = { record: 'Line', envelope: ['ID'] };
    const { records, refused } = await read(document, options);
    assert.equal(refused, undefined);
    assert.deepEqual(
      records.map(({ value }) => [value.ID, value['#envelope']]),
      [
        ['1', { ID: ['O1', 'L1'] }],
        ['2', { ID: ['O1', 'L1'] }],
      ],
    );
    const late = await read(document.replace('<Buyer>', '<ID>O2</ID><Buyer>'), options);
    assert.equal(late.refused?.code, 'ENVELOPE_LATE');
    const many = Array.from({ length: 9_000 }, (_, index) => `<S><ID>S${index}</ID></S>`).join('');
    const wide = `<Order>${many}<All>${many.replaceAll(/<\/?S>/g, '')}</All><ID>O1</ID><Line/></Order>`;
    assert.deepEqual(values(await read(wide, options)), [{ '#envelope': { ID: 'O1' } }]);
    const passed = new Map<string, number>();
    const reading = codecWith(xml, options).read(chunksOf(Buffer.from(document), 64), {
      name: 'x',
      passedOver: (name, count) => void passed.set(name, count),
    });
    for await (const _ of reading);
    assert.deepEqual([...passed.keys()].sort(), ['Buyer', 'Note', 'Supplier', 'Total']);
  });

  it('are refused whole where what is kept stands behind a record, or is too much', async () => {
    const late = await read('<E>\n<R/>\n<Header/></E>', { record: 'R', envelope: ['Header'] });
    assert.equal(late.refused?.code, 'ENVELOPE_LATE');
    assert.equal(late.refused.at?.line, 3);
    const long = 'x'.repeat(limits.envelopeChars);
    const much = await read(`<E><Header>${long}</Header><R/></E>`, {
      record: 'R',
      envelope: ['Header'],
    });
    assert.equal(much.refused?.code, 'PAYLOAD_TOO_LARGE');
    const bad = await read('<E><Header>&x;</Header><R/></E>', {
      record: 'R',
      envelope: ['Header'],
    });
    assert.equal(bad.refused?.code, 'XML_SYNTAX');
  });

  it('are refused where their root is another', async () => {
    for (const [root, document, isRead] of [
      ['Order', '<Order><ID>1</ID></Order>', true],
      ['Order', '<u:Order><ID>1</ID></u:Order>', true],
      ['u:Order', '<u:Order><ID>1</ID></u:Order>', true],
      ['u:Order', '<v:Order><ID>1</ID></v:Order>', false],
      ['Order', '<OrderChange><Order/></OrderChange>', false],
    ] as const) {
      const { records, refused } = await read(document, { root });
      assert.equal(records.length, Number(isRead), document);
      assert.equal(refused?.code, isRead ? undefined : 'XML_WRONG_ROOT');
    }
  });

  it('may have a DOCTYPE without internal subset, where the flow says so', async () => {
    const ignore = { doctype: 'ignore' };
    for (const doctype of [
      '<!DOCTYPE r>',
      '<!DOCTYPE r SYSTEM "http://x/y>.dtd">',
      `<!DOCTYPE r PUBLIC "-//x//[y]" 'z' >`,
    ]) {
      const text = `<?xml version="1.0"?>\n${doctype}\n<r><a>1</a></r>`;
      assert.deepEqual(values(await read(text, ignore)), [{ a: '1' }]);
      assert.equal((await read(text)).refused?.code, 'XML_DTD_REFUSED');
    }
    for (const [text, code] of [
      ['<!DOCTYPE r [<!ENTITY x "y">]><r>&x;</r>', 'XML_DTD_REFUSED'],
      ['<!DOCTYPE r SYSTEM "a" []><r/>', 'XML_DTD_REFUSED'],
      [`<!DOCTYPE ${'r'.repeat(5_000)}><r/>`, 'XML_DTD_REFUSED'],
      ['<!DOCTYPE r><!DOCTYPE r><r/>', 'XML_DTD_REFUSED'],
      ['<r><!DOCTYPE r></r>', 'XML_DTD_REFUSED'],
      ['<!DOCTYPE r what><r/>', 'XML_SYNTAX'],
      ['<!DOCTYPE r', 'XML_SYNTAX'],
    ] as const) {
      assert.equal((await read(text, ignore)).refused?.code, code, text);
    }
  });

  it('give back what was rejected so that it reads as it was', async () => {
    const options = {
      records: ['Object', 'Aggregation'],
      envelope: ['Header', '@creationDate'],
      text: true,
    };
    const codec = codecWith(xml, options);
    const text = EVENTS.replace(
      '<epc>b</epc>',
      '<epc t="&lt;1">b</epc><epc/><epc u="2">c</epc><n xsi:nil="true" w="3"/>',
    );
    const reading = codec.read(chunksOf(Buffer.from(text), 100), { name: 'x' });
    const all: SourceRecord[] = [];
    for await (const records of reading) all.push(...records);
    const format = reading.rejects();
    const rejected = all.map((record) => ({ record, fault: undefined }));
    const file = Buffer.concat([await format.write(rejected), await format.end()]);
    const again = values(await readAll(codec, file));
    assert.equal(again.length, 3);
    assert.deepEqual(
      again,
      all.map(({ value }) => value),
    );
  });

  it('are held against options that contradict each other', () => {
    assert.throws(() => codecWith(xml, { record: 'a', records: ['b'] }), /either `record` or/);
    assert.throws(() => codecWith(xml, { envelope: ['a'] }), /beside `record` or `records`/);
  });
});

describe('XML: encodings that are written', () => {
  it('have all characters, by number where they lack them, and are read again', async () => {
    const rows = [{ '@by': '日 "x"', note: 'Müsli 5 € – 😀', '#text': 'Ü日' }];
    for (const encoding of ['windows-1252', 'us-ascii', 'utf-16le', 'utf-16be', 'utf-8']) {
      const codec = codecWith(xml, { record: 'record' }, { encoding });
      const bytes = Buffer.concat(writeRecords(codec, rows));
      assert.deepEqual(values(await readAll(codec, bytes)), rows, encoding);
    }
    const ansi = codecWith(xml, {}, { encoding: 'windows-1252', declaration: false });
    const text = Buffer.concat(writeRecords(ansi, [{ a: 'ü日' }])).toString('latin1');
    assert.equal(text, '<records>\n<record><a>\xfc&#26085;</a></record>\n</records>\n');
    assert.equal(ansi.contentType, 'application/xml; charset=windows-1252');
    assert.throws(() => writeRecords(ansi, [{ 日: 'a' }]), /does not have the character '日'/);
  });
});
