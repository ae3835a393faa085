import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isStockbusError } from '../../../core/errors.ts';
import { compileExpression, variablesOf } from '../../../core/flow/expression/compileExpression.ts';
import { digitalLink, epc, epcUrn } from '../../../core/flow/gs1/epc.ts';
import { epcisEvents } from '../../../core/flow/gs1/epcisEvents.ts';
import { epcisHash, epcisPreHash } from '../../../core/flow/gs1/epcisHash.ts';
import { gtin } from '../../../core/flow/gs1/gs1Keys.ts';
import type { RecordValue } from '../../../core/ports.ts';
import { context } from './fixtures.ts';

/** The value of an expression, or the code of its fault. */
async function evaluate(text: string, value: RecordValue = {}): Promise<unknown> {
  const compiled = compileExpression(text, variablesOf.inbound, context, ({ message }) =>
    assert.fail(message),
  );
  try {
    return await compiled!.evaluate({ value, source: value, record: 1 });
  } catch (error) {
    if (isStockbusError(error)) return error.code;
    throw error;
  }
}

function table(title: string, rows: [string, unknown][]): void {
  it(title, async () => {
    for (const [text, expected] of rows) {
      const found = await evaluate(text);
      assert.deepEqual(
        found === undefined ? undefined : JSON.parse(JSON.stringify(found)),
        expected,
        text,
      );
    }
  });
}

const GS = '\\u001d';

describe('identifiers of GS1', () => {
  table('$gtin gives 14 digits of every form', [
    ['$gtin("4006381333931")', '04006381333931'],
    ['$gtin(" 4006381333931 ")', '04006381333931'],
    ['$gtin(4006381333931)', '04006381333931'],
    ['$gtin("02345673")', '00000002345673'],
    ['$gtin("416000336108")', '00416000336108'],
    ['$gtin("24012345678905")', '24012345678905'],
    ['$gtin("0124012345678905")', '24012345678905'],
    ['$gtin("01/24012345678905")', '24012345678905'],
    ['$gtin("(01)24012345678905(10)AB")', '24012345678905'],
    [`$gtin("]d20124012345678905${GS}10AB")`, '24012345678905'],
    ['$gtin("urn:epc:id:sgtin:0614141.107346.2017")', '10614141073464'],
    ['$gtin("urn:epc:class:lgtin:4012345.012345.998877")', '04012345123456'],
    ['$gtin("urn:epc:idpat:sgtin:4054739.099914.*")', '04054739999148'],
    ['$gtin("urn:epc:tag:sgtin-96:3.0614141.107346.2017")', '10614141073464'],
    ['$gtin("https://id.gs1.org/01/09506000134352/10/AB-1?17=271231")', '09506000134352'],
    ['$gtin("https://shop.example/de/gtin/9506000134352/ser/7")', '09506000134352'],
    ['$gtin("")', undefined],
    ['$gtin(missing)', undefined],
    ['$gtin("4006381333932")', 'GS1_CHECK_DIGIT'],
    ['$gtin("400638133393")', 'GS1_CHECK_DIGIT'],
    ['$gtin("4006381333932", "unchecked")', '04006381333932'],
    ['$gtin("40063813339", "unchecked")', 'GS1_BAD_KEY'],
    ['$gtin("4006381333931", "loose")', 'GS1_BAD_KEY'],
    ['$gtin("40063813339")', 'GS1_BAD_KEY'],
    ['$gtin("0000000000000")', 'GS1_BAD_KEY'],
    ['$gtin("4006381-33393")', 'GS1_BAD_KEY'],
    ['$gtin("SKU-1")', 'GS1_BAD_KEY'],
    ['$gtin("urn:epc:id:sscc:4012345.1112223334")', 'GS1_BAD_KEY'],
    ['$gtin("urn:epc:id:sgtin:0614141.7346.2017")', 'GS1_BAD_KEY'],
    ['$gtin("https://www.example.com/products/17")', 'GS1_BAD_KEY'],
    ['$gtin(["4006381333931", "02345673"])', 'EXPR_NOT_TEXT'],
  ]);

  table('are read of scans without a symbology identifier, as $gs1 reads them', [
    ['$gtin("010400638133393117270300")', '04006381333931'],
    ['$gtin("010400638133393110L-1")', '04006381333931'],
    [`$gtin("10L-1${GS}0104006381333931")`, '04006381333931'],
    ['$gtin("10L-1[FNC1]0104006381333931")', '04006381333931'],
    ['$gtin("[)>\\u001e05\\u001d010400638133393110L-1\\u001e\\u0004")', '04006381333931'],
    ['$gtin("010400638133393210L-1")', 'GS1_CHECK_DIGIT'],
    ['$gtin("010400638133393210L-1", "unchecked")', '04006381333932'],
    ['$gtin("003401234511111111113710")', 'GS1_BAD_KEY'],
    ['$gtin("10L-1")', 'GS1_BAD_KEY'],
    ['$gtin("01ABC")', 'GS1_BAD_KEY'],
    ['$sscc("003401234511111111113710")', '340123451111111111'],
    ['$sscc("0034012345111111111110L-1")', '340123451111111111'],
    ['$gln("4144012345000054254A1")', '4012345000054'],
    ['$gln("41440123450000549911")', '4012345000054'],
    ['$epc("00340123451111111111").sscc', '340123451111111111'],
    ['$epc("340123451111111111").sscc', '340123451111111111'],
    ['$epc("0104006381333931").gtin', '04006381333931'],
    ['$epc("010400638133393110L-1").lot', 'L-1'],
    ['$epc("01040063813339311010001").lot', '10001'],
    ['$epc("4144012345000054").gln', '4012345000054'],
    ['$epc("4006381333931").gtin', '04006381333931'],
    ['$digitalLink("00340123451111111111")', 'https://id.gs1.org/00/340123451111111111'],
    ['$epcUrn("00340123451111111111", 7)', 'urn:epc:id:sscc:4012345.3111111111'],
    ['$epc("00340123451111111112")', 'GS1_CHECK_DIGIT'],
    ['$epc("123")', 'GS1_BAD_KEY'],
  ]);

  it('$map gives each its key', async () => {
    const list = ['4006381333931', 'urn:epc:id:sgtin:0614141.107346.2017'];
    const found = await evaluate('$map(list, $gtin)', { list });
    assert.deepEqual(Array.from(found as string[]), ['04006381333931', '10614141073464']);
  });

  it('$gtin reads an XML element whether it has attributes or not', async () => {
    for (const ID of ['4006381333931', { '@schemeID': '0160', '#text': '4006381333931' }])
      assert.equal(await evaluate('$gtin(ID)', { ID }), '04006381333931');
  });

  table('$gln and $sscc', [
    ['$gln("4012345000054")', '4012345000054'],
    ['$gln("urn:epc:id:sgln:4012345.00005.122")', '4012345000054'],
    ['$gln("urn:epc:id:sgln:4012345.00005.0")', '4012345000054'],
    ['$gln("urn:epc:id:pgln:999999999999.")', '9999999999994'],
    ['$gln("414/4012345000054")', '4012345000054'],
    ['$gln("4144012345000054")', '4012345000054'],
    ['$gln("https://id.gs1.org/414/4012345000054/254/12")', '4012345000054'],
    ['$gln("4012345000055")', 'GS1_CHECK_DIGIT'],
    ['$gln("WH1")', 'GS1_BAD_KEY'],
    ['$gln("401234500005")', 'GS1_BAD_KEY'],
    ['$sscc("340123451111111111")', '340123451111111111'],
    ['$sscc("00340123451111111111")', '340123451111111111'],
    ['$sscc("urn:epc:id:sscc:4012345.3111111111")', '340123451111111111'],
    ['$sscc("(00)340123451111111111")', '340123451111111111'],
    ['$sscc("340123451111111112")', 'GS1_CHECK_DIGIT'],
    ['$sscc("4006381333931")', 'GS1_BAD_KEY'],
    ['$checkDigit("400638133393")', '1'],
    ['$checkDigit("40O638")', 'GS1_BAD_KEY'],
  ]);

  table('$epc says what an identifier is made of', [
    [
      '$epc("urn:epc:id:sgtin:0614141.812345.6789%2F%26%25%22!%3F()")',
      { scheme: 'sgtin', gtin: '80614141123458', serial: '6789/&%"!?()' },
    ],
    [
      '$epc("https://example.com/x/01/09506000134352/10/A%2FB/21/7?linkType=all")',
      { scheme: 'sgtin', gtin: '09506000134352', lot: 'A/B', serial: '7' },
    ],
    ['$epc("urn:epc:class:lgtin:4012345.012345.L1").lot', 'L1'],
    ['$epc("urn:epc:idpat:sgtin:4054739.099914.*").serial', undefined],
    ['$epc("urn:epc:id:sgln:4012345.00005.122").extension', '122'],
    [
      '$epc("urn:epc:id:itip:4012345.011111.01.02.987")',
      { scheme: 'itip', gtin: '04012345111118', piece: '01', total: '02', serial: '987' },
    ],
    [
      '$epc("urn:epc:id:grai:4012345.00022.334455")',
      { scheme: 'grai', grai: '04012345000221', serial: '334455' },
    ],
    ['$epc("urn:epc:id:gid:95100000.12345.400")', 'GS1_BAD_KEY'],
    ['$epc("https://id.gs1.org/01/09506000134353")', 'GS1_CHECK_DIGIT'],
    ['$epc("https://id.gs1.org/01/09506000134352/21/%zz")', 'GS1_BAD_ELEMENT'],
    ['$epc("https://id.gs1.org/01/09506000134352/10/ABCDEFGHIJKLMNOPQRSTU")', 'GS1_BAD_ELEMENT'],
  ]);

  it('EPC URIs and Digital Links are turned into each other', async () => {
    const pairs = {
      'urn:epc:id:sgtin:4012345.012345.98%22(': '01/04012345123456/21/98%22%28',
      'urn:epc:class:lgtin:4012345.012345.L1': '01/04012345123456/10/L1',
      'urn:epc:idpat:sgtin:4012345.012345.*': '01/04012345123456',
      'urn:epc:id:sscc:4012345.3111111111': '00/340123451111111111',
      'urn:epc:id:sgln:4012345.00005.0': '414/4012345000054',
      'urn:epc:id:sgln:4012345.00005.12': '414/4012345000054/254/12',
      'urn:epc:id:pgln:4012345.00005': '417/4012345000054',
    };
    for (const [urn, path] of Object.entries(pairs)) {
      const link = `https://id.gs1.org/${path}`;
      assert.equal(await evaluate('$digitalLink(id)', { id: urn }), link);
      assert.equal(await evaluate('$digitalLink(id)', { id: link }), link);
      assert.equal(await evaluate('$epcUrn(id, 7)', { id: link }), urn);
    }
    assert.equal(
      await evaluate('$epcUrn("https://id.gs1.org/00/340123451111111111", 3)'),
      'GS1_BAD_KEY',
    );
  });

  it('whatever its company prefix and serial number, an EPC comes back from its link', () => {
    const digits = (length: number) =>
      fc.stringMatching(new RegExp(`^[0-9]{${length}}$`)).filter((text) => /[1-9]/.test(text));
    const item = fc.tuple(fc.integer({ min: 6, max: 12 }), digits(13));
    const serial = fc.stringMatching(/^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}$/);
    fc.assert(
      fc.property(item, serial, ([company, key], text) => {
        const encoded = text.replace(/["%&/<>?]/g, encodeURIComponent);
        const urn = `urn:epc:id:sgtin:${key.slice(0, company)}.${key.slice(company)}.${encoded}`;
        const named = epc(urn);
        assert.equal(named?.serial, text);
        assert.equal(named?.gtin, gtin(named?.gtin));
        assert.deepEqual(epc(digitalLink(urn)), named);
        assert.equal(epcUrn(digitalLink(urn), company), urn);
      }),
    );
  });

  table('$cbv gives the bare word', [
    ['$cbv("urn:epcglobal:cbv:bizstep:receiving")', 'receiving'],
    ['$cbv("https://ref.gs1.org/cbv/BizStep-receiving")', 'receiving'],
    ['$cbv("cbv:Disp-in_transit")', 'in_transit'],
    ['$cbv("receiving")', 'receiving'],
    ['$cbv("https://example.com/bizStep/inspecting")', 'https://example.com/bizStep/inspecting'],
    ['$cbv(missing)', undefined],
  ]);
});

describe('scans', () => {
  const coffee = { '01': '09506000134352', '10': 'AB-1', '17': '2027-03-31' };
  table('$gs1 reads every form of one scan alike', [
    [`$gs1("]C101095060001343521727033110AB-1")`, coffee],
    [`$gs1("]e001095060001343521727033110AB-1")`, coffee],
    [`$gs1("]d2010950600013435210AB-1${GS}17270331")`, coffee],
    [`$gs1("${GS}010950600013435210AB-1${GS}17270331${GS}")`, coffee],
    ['$gs1("^010950600013435210AB-1^17270331")', coffee],
    ['$gs1("010950600013435210AB-1[FNC1]17270331")', coffee],
    ['$gs1("(01)09506000134352(17)270300(10)AB-1")', coffee],
    ['$gs1("[)>\\u001e05\\u001d010950600013435210AB-1\\u001d17270331\\u001e\\u0004")', coffee],
    ['$gs1("https://example.com/01/09506000134352/10/AB-1?17=270331&utm=x")', coffee],
    ['$gs1("]Q1https://example.com/01/09506000134352/10/AB-1?17=270331")', coffee],
    ['$gs1("9506000134352")', { '01': '09506000134352' }],
    ['$gs1("]E09506000134352")', { '01': '09506000134352' }],
    ['$gs1("]E402345673")', { '01': '00000002345673' }],
    ['$gs1("]I109506000134352")', { '01': '09506000134352' }],
    ['$gs1("]E09506000134352|]e010AB-1")', { '01': '09506000134352', '10': 'AB-1' }],
    ['$gs1("")', undefined],
  ]);

  table('$gs1 reads dates, times, measures and amounts', [
    ['$gs1("17240200").`17`', '2024-02-29'],
    ['$gs1("15230200").`15`', '2023-02-28'],
    ['$gs1("11991225").`11`', '1999-12-25'],
    ['$gs1("17761231").`17`', '2076-12-31'],
    ['$gs1("17230229").`17`', 'GS1_BAD_ELEMENT'],
    ['$gs1("17231300").`17`', 'GS1_BAD_ELEMENT'],
    ['$gs1("(7006)270300")', 'GS1_BAD_ELEMENT'],
    ['$gs1("(7003)2703011430").`7003`', '2027-03-01T14:30'],
    ['$gs1("(7007)270301270305").`7007`', '2027-03-01/2027-03-05'],
    ['$gs1("(8008)27030114").`8008`', '2027-03-01T14:00'],
    ['$gs1("(4324)2703000930").`4324`', '2027-03-31T09:30'],
    ['$gs1("(4325)2703019999").`4325`', '2027-03-01'],
    ['$gs1("3103000525")', { '3103': '0.525', '310n': '0.525' }],
    ['$gs1("3100001250").`310n`', '1250'],
    ['$gs1("(3922)4711").`392n`', '47.11'],
    ['$gs1("(3932)9784711")', { '3932': '47.11', '393n': '47.11', currency: '978' }],
    ['$gs1("(37)012").`37`', '012'],
    ['$gs1Date("280200")', '2028-02-29'],
    ['$gs1Date("20270415")', '2027-04-15'],
    ['$gs1Date("")', undefined],
    ['$gs1Date("270431")', 'GS1_BAD_ELEMENT'],
  ]);

  table('$gs1 refuses what the standard does', [
    ['$gs1("(10)ABCDEFGHIJKLMNOPQRST").`10`', 'ABCDEFGHIJKLMNOPQRST'],
    ['$gs1("(10)ABCDEFGHIJKLMNOPQRSTU")', 'GS1_BAD_ELEMENT'],
    ['$gs1("010950600013435210AB-117270331990000000000000")', 'GS1_BAD_ELEMENT'],
    ['$gs1("(01)09506000134353")', 'GS1_CHECK_DIGIT'],
    ['$gs1("(00)340123451111111112")', 'GS1_CHECK_DIGIT'],
    ['$gs1("(10)AB£")', 'GS1_BAD_ELEMENT'],
    ['$gs1("(10)A(21)")', 'GS1_BAD_ELEMENT'],
    ['$gs1("(10)A(10)B")', 'GS1_BAD_ELEMENT'],
    ['$gs1("(54)1")', 'GS1_BAD_ELEMENT'],
    ['$gs1("0109506000")', 'GS1_BAD_ELEMENT'],
    ['$gs1("]Q1hello")', 'GS1_BAD_ELEMENT'],
    ['$gs1("]C1")', 'GS1_BAD_ELEMENT'],
    ['$gs1($pad("", 9000, "11260101"))', 'GS1_BAD_ELEMENT'],
    ['$gs1("[)>\\u001e06\\u001dS1\\u001e\\u0004")', 'GS1_BAD_ELEMENT'],
    ['$gs1("(8006)095060001343520302")', 'GS1_BAD_ELEMENT'],
  ]);
});

const inJson = {
  type: 'ObjectEvent',
  eventID: 'urn:uuid:1',
  recordTime: '2026-03-02T00:00:00Z',
  eventTime: '2026-03-01T10:00:00.1235+01:00',
  eventTimeZoneOffset: '+01:00',
  action: 'ADD',
  bizStep: 'receiving',
  epcList: [
    'https://shop.example/gtin/4012345123456/lot/L1/ser/9',
    'urn:epc:id:sgtin:4012345.012345.10',
  ],
  quantityList: [{ epcClass: 'urn:epc:class:lgtin:4012345.012345.L1', quantity: 2.5, uom: 'KGM' }],
  readPoint: { id: 'urn:epc:id:sgln:4012345.00005.0' },
  bizTransactionList: [
    { type: 'po', bizTransaction: 'urn:epcglobal:cbv:bt:4012345000054:7' },
    { bizTransaction: 'http://example.com/1' },
  ],
  sensorElementList: [
    {
      sensorMetadata: { time: '2026-03-01T09:00:00Z' },
      sensorReport: [{ type: 'Temperature', value: '4.50', uom: 'CEL' }],
    },
  ],
  ilmd: { 'cbvmda:lotNumber': '0L1' },
  'acme:note': { 'acme:b': '2', 'acme:a': '1' },
};

/** The same event as XML of EPCIS 1.2 is read. */
const inXml = {
  type: 'ObjectEvent',
  eventTime: '2026-03-01T09:00:00.124Z',
  eventTimeZoneOffset: '+01:00',
  epcList: {
    epc: ['urn:epc:id:sgtin:4012345.012345.10', 'urn:epc:id:sgtin:4012345.012345.9'],
  },
  action: 'ADD',
  bizStep: 'urn:epcglobal:cbv:bizstep:receiving',
  readPoint: { id: 'https://id.gs1.org/414/4012345000054' },
  bizTransactionList: {
    bizTransaction: [
      'http://example.com/1',
      {
        '@type': 'urn:epcglobal:cbv:btt:po',
        '#text': 'urn:epcglobal:cbv:bt:4012345000054:7',
      },
    ],
  },
  sensorElementList: {
    sensorElement: {
      sensorMetadata: { '@time': '2026-03-01T10:00:00.000+01:00' },
      sensorReport: { '@type': 'gs1:Temperature', '@value': '4.5', '@uom': 'CEL' },
    },
  },
  extension: {
    quantityList: {
      quantityElement: {
        epcClass: 'https://id.gs1.org/01/04012345123456/10/L1',
        quantity: '2.50',
        uom: 'KGM',
      },
    },
    extension: { ilmd: { 'mda:lotNumber': ' 0L1 ' } },
  },
  'a:note': { 'a:a': '1', 'a:b': '2' },
};

const PRE_HASH = [
  'eventType=ObjectEvent',
  'eventTime=2026-03-01T09:00:00.124Z',
  'eventTimeZoneOffset=+01:00',
  'epcList',
  'epc=https://id.gs1.org/01/04012345123456/21/10',
  'epc=https://id.gs1.org/01/04012345123456/21/9',
  'quantityList',
  'quantityElementepcClass=https://id.gs1.org/01/04012345123456/10/L1quantity=2.5uom=KGM',
  'action=ADD',
  'bizStep=https://ref.gs1.org/cbv/BizStep-receiving',
  'readPointid=https://id.gs1.org/414/4012345000054',
  'bizTransactionList',
  'bizTransaction=http://example.com/1',
  'type=https://ref.gs1.org/cbv/BTT-pobizTransaction=urn:epcglobal:cbv:bt:4012345000054:7',
  'sensorElementListsensorElement',
  'sensorMetadatatime=2026-03-01T09:00:00.000Z',
  'sensorReporttype=https://ref.gs1.org/voc/Temperaturevalue=4.5uom=CEL',
  'ilmd{urn:epcglobal:cbv:mda}lotNumber=0L1',
  '{https://acme.example/}note{https://acme.example/}a=1{https://acme.example/}b=2',
].join('');

describe('$epcisHash', () => {
  const acme = 'https://acme.example/';

  it('is of one text for one event, in JSON and in XML', () => {
    const context = ['https://ref.gs1.org/standards/epcis/epcis-context.jsonld', { acme }];
    assert.equal(epcisPreHash(inJson, context), PRE_HASH);
    assert.equal(epcisPreHash(inXml, { a: acme, mda: 'urn:epcglobal:cbv:mda' }), PRE_HASH);
  });

  it('takes the type from the element that was read, and nothing that stood around it', () => {
    const { type, ...untyped } = inJson;
    const read = { ...untyped, '#element': type, '#envelope': { '@creationDate': '2023-02-02' } };
    const context = { acme };
    assert.equal(epcisPreHash(read, context), epcisPreHash(inJson, context));
  });

  it('rounds times to the millisecond, and leaves what is none', () => {
    const rows = {
      '2023-02-02T11:04:03.1415Z': '2023-02-02T11:04:03.142Z',
      '2023-02-02T11:04:03.14149+00:00': '2023-02-02T11:04:03.141Z',
      '2023-12-31T23:59:59.9999-01:00': '2024-01-01T01:00:00.000Z',
      '2023-02-02T11:04:03': '2023-02-02T11:04:03',
      '2023-13-02T11:04:03Z': '2023-13-02T11:04:03Z',
      yesterday: 'yesterday',
    };
    for (const [text, expected] of Object.entries(rows)) {
      const hashed = epcisPreHash({ type: 'ObjectEvent', eventTime: text });
      assert.equal(hashed, `eventType=ObjectEventeventTime=${expected}`);
    }
  });

  it('is a key in flows', async () => {
    const value = { '@context': [{ acme }], event: inJson };
    const id = await evaluate('$epcisHash(event, `@context`)', value);
    assert.match(String(id), /^ni:\/\/\/sha-256;[0-9a-f]{64}\?ver=CBV2\.0$/);
    const another = { ...value, event: { ...inJson, action: 'OBSERVE' } };
    assert.notEqual(await evaluate('$epcisHash(event, `@context`)', another), id);
  });

  it('parks an event without a type, and one with an unknown prefix', async () => {
    const { type: _, ...untyped } = inJson;
    const rows = [untyped, inJson, { type: 'OtherEvent' }, 'text'];
    for (const event of rows)
      assert.equal(await evaluate('$epcisHash(event)', { event }), 'GS1_BAD_EVENT');
    assert.equal(await evaluate('$epcisHash(missing)'), undefined);
  });
});

describe('$epcisEvents', () => {
  const acme = 'https://acme.example/';
  const first = (document: unknown): RecordValue => epcisEvents(document)![0]!;

  it('gives one shape for one event, in JSON and in XML', () => {
    const shape = {
      type: 'ObjectEvent',
      action: 'ADD',
      bizStep: 'receiving',
      disposition: '',
      place: '4012345000054',
      parent: '',
      ilmd: { lotNumber: '0L1' },
    };
    for (const event of [inJson, { ...inXml, '#element': 'ObjectEvent' }]) {
      const { id, eventTime, goods, event: own, ...found } = first(event);
      assert.deepEqual(found, shape);
      assert.equal(own, event);
      assert.equal(eventTime, event.eventTime);
      assert.deepEqual(
        (goods as RecordValue[]).map(({ quantity, uom }) => [quantity, uom]),
        [
          ['1', undefined],
          ['1', undefined],
          [event === inJson ? '2.5' : '2.50', 'KGM'],
        ],
      );
      assert.equal(id, event === inJson ? 'urn:uuid:1' : epcisHash(event, { a: 'a', mda: 'mda' }));
    }
  });

  it('finds the events of documents, answers and lists, and of XML that was read whole', () => {
    const event = { type: 'ObjectEvent' };
    const documents = [
      { type: 'EPCISDocument', epcisBody: { eventList: [event] } },
      { epcisBody: { queryResults: { resultsBody: { eventList: event } } } },
      [event],
      event,
      { EPCISBody: { EventList: { ObjectEvent: {} } } },
      { EPCISBody: { QueryResults: { resultsBody: { EventList: { ObjectEvent: [{}] } } } } },
      { EPCISBody: { EventList: { extension: { ObjectEvent: {} } } } },
    ];
    for (const document of documents) {
      assert.deepEqual(
        epcisEvents(document)?.map(({ type }) => type),
        ['ObjectEvent'],
      );
    }
    assert.deepEqual(epcisEvents({ epcisBody: {} }), []);
    assert.deepEqual(epcisEvents({ EPCISBody: { EventList: '' } }), []);
    assert.throws(() => epcisEvents({ Order: {} }), { code: 'GS1_BAD_EVENT' });
  });

  it('calls an event by its eventID, or by its hash ID in the namespaces of its document', () => {
    const context = ['https://ref.gs1.org/standards/epcis/epcis-context.jsonld', { acme }];
    const { eventID: _, ...event } = inJson;
    const document = { '@context': context, epcisBody: { eventList: [event, inJson] } };
    assert.deepEqual(
      epcisEvents(document)!.map(({ id }) => id),
      [epcisHash(event, context), 'urn:uuid:1'],
    );
    // What no document declares is hashed as it stands.
    assert.equal(first(event).id, epcisHash(event, { acme: 'acme' }));
    assert.equal(
      first({ type: 'ObjectEvent', baseExtension: { eventID: 'urn:uuid:2' } }).id,
      'urn:uuid:2',
    );
  });

  it('says what went in and out, what was packed, and what was wrong', () => {
    const made = first({
      type: 'TransformationEvent',
      inputQuantityList: [{ epcClass: 'urn:c', quantity: 2.5, uom: 'KGM' }],
      outputEPCList: ['urn:e'],
      readPoint: { id: 'geo:1,2' },
      errorDeclaration: {
        declarationTime: '2026-03-01T00:00:00Z',
        reason: 'urn:epcglobal:cbv:er:incorrect_data',
      },
    });
    assert.deepEqual(made.inputs, [{ id: 'urn:c', quantity: '2.5', uom: 'KGM' }]);
    assert.deepEqual(made.outputs, [{ id: 'urn:e', quantity: '1' }]);
    assert.equal(made.place, 'geo:1,2');
    assert.deepEqual(made.error, {
      declarationTime: '2026-03-01T00:00:00Z',
      reason: 'incorrect_data',
    });
    const packed = first({
      '#element': 'AggregationEvent',
      parentID: 'urn:p',
      childEPCs: { epc: ['urn:a', 'urn:b'] },
    });
    assert.deepEqual(
      [packed.parent, packed.children],
      [
        'urn:p',
        [
          { id: 'urn:a', quantity: '1' },
          { id: 'urn:b', quantity: '1' },
        ],
      ],
    );
  });
});
