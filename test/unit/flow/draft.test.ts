/** What a draft reads out of a sample, and what it says that it guessed. */
import assert from 'node:assert/strict';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { codecs, schemas } from '../../../core/catalog.ts';
import { TextEncoding } from '../../../core/codecs/encodeText.ts';
import type { Encoding } from '../../../core/codecs/encodings.ts';
import type { FoundEncoding } from '../../../core/codecs/findEncoding.ts';
import { xlsx } from '../../../core/codecs/xlsx.ts';
import { isStockbusError } from '../../../core/errors.ts';
import { draftFlow, type FlowDraft } from '../../../core/flow/draft/draftFlow.ts';
import { readSample } from '../../../core/flow/draft/readSample.ts';
import type { CommandType } from '../../../core/message.ts';
import { zipOf } from '../../contract/codec/zipOf.ts';

async function draft(text: string, sampleName: string, type?: CommandType): Promise<FlowDraft> {
  const sample = await readSample(Buffer.from(text), sampleName, codecs);
  const order = { name: 'drafted', sampleName, from: 'http', ...(type ? { type } : {}) };
  return draftFlow(order, sample, schemas);
}

const rows = (quantity: string, price: string, delimiter = ';'): string =>
  ['Beleg;Datum;Artikel;Lager;Menge;Preis', `B1;2026-03-31;A;BER;${quantity};${price}`]
    .join('\n')
    .replaceAll(';', delimiter);

describe('the decimal mark of a draft', () => {
  const cases: [what: string, text: string, quantity: RegExp, says?: RegExp][] = [
    [
      'is one for all numbers of a file: 1.200 beside 3,20 is 1200',
      rows('1.200', '3,20'),
      /quantity: \$decimal\(Menge, ","\)/,
    ],
    [
      'is one for whole numbers too, which tomorrow may have groups',
      rows('12', '3,20'),
      /quantity: \$decimal\(Menge, ","\)/,
    ],
    [
      'is a point where one number says so',
      rows('1,200', '3.20', '|'),
      /quantity: \$decimal\(Menge, "\."\)/,
    ],
    [
      'is to be decided where no number says it',
      rows('1.200', '4'),
      /quantity: \$decimal\(Menge, ","\)/,
      /decimal mark: '1\.200' \(Menge\) is 1200 or 1\.200; it is read with ','/,
    ],
    [
      'is to be decided where no number has one',
      rows('12', '4'),
      /quantity: \$decimal\(Menge\)/,
      /decimal mark: no number of the sample has one/,
    ],
    [
      'is to be decided where the sample has both',
      rows('2.5', '3,20'),
      /quantity: \$decimal\(Menge, "\."\)\n[\s\S]*unitCost: \$decimal\(Preis, ","\)/,
      /decimal mark: the sample has both, '3,20' \(Preis\) and '2\.5' \(Menge\)/,
    ],
    [
      'is that of a number which the message does not take, where no other tells',
      'Beleg;Datum;Artikel;Lager;Menge;Gewicht\nB1;2026-03-31;A;BER;1.200;0,75\n',
      /quantity: \$decimal\(Menge, ","\)/,
    ],
  ];
  for (const [what, text, quantity, says] of cases)
    it(what, async () => {
      const { yaml, open } = await draft(text, 'wareneingang.csv');
      assert.match(yaml, quantity);
      const said = open.filter((line) => line.startsWith('decimal mark')).join();
      if (says) assert.match(said, says);
      else assert.equal(said, '');
    });
});

const despatch = (lines: string): string => `<DespatchAdvice>
  <ID>565899</ID><IssueDate>2026-03-31</IssueDate><Note>sample</Note>
  <Shipment><ID>S-77</ID></Shipment>
  <DeliverySite><ID>http://example.com/site/1</ID></DeliverySite>${lines}
</DespatchAdvice>`;
const LINE = `<DespatchLine><ID>1</ID><DeliveredQuantity unitCode="KGM">90</DeliveredQuantity>
  <Item><Description>Acme beeswax</Description><SellersItemIdentification><ID>17589683</ID></SellersItemIdentification></Item></DespatchLine>`;

describe('the fields of a draft', () => {
  it('are read of a list though it has one element, with the unit that stands beside the number', async () => {
    const { yaml, open } = await draft(despatch(LINE), 'despatch.xml');
    assert.match(yaml, /each: DespatchLine/);
    assert.match(yaml, /sku: Item\.SellersItemIdentification\.ID$/m);
    assert.match(yaml, /unit: DeliveredQuantity\.`@unitCode`$/m);
    assert.match(open.join('\n'), /^lines: DespatchLine comes once in each record/m);
    assert.match(open.join('\n'), /^unit: as the sender writes it \('KGM'\)/m);
    const two = await draft(despatch(LINE + LINE), 'despatch.xml');
    assert.match(two.yaml, /each: DespatchLine/);
    assert.doesNotMatch(two.open.join('\n'), /^lines:/m);
  });

  it('are a number at the root rather than one inside, and no place where a word only looks like one', async () => {
    const { yaml, open } = await draft(despatch(LINE), 'despatch.xml');
    assert.match(yaml, /^ {6}document: ID$/m);
    assert.match(yaml, /^key: ID$/m);
    assert.match(yaml, /const: \{ location: MAIN \}/);
    assert.match(open.join('\n'), /^location: the sample does not say it; 'MAIN' stands for it$/m);
  });

  it('are told with what else could be meant, in the draft and to its author', async () => {
    const { yaml, open } = await draft(
      'Beleg;Datum;Artikel;EAN;Lager;Menge\nB1;2026-03-31;A;4006381333931;BER;2,5\n',
      'wareneingang.csv',
    );
    const said = "sku: Artikel ('A'), or is it EAN?";
    assert.ok(open.includes(said));
    assert.ok(yaml.includes(`# - ${said}\n`));
  });

  it('leave a document together whose own fields stand beside its lines', async () => {
    const order = { order: 'S-1', date: '2026-03-31', lines: [{ sku: 'A', qty: 4 }] };
    const { yaml } = await draft(JSON.stringify(order), 'shipment.json');
    assert.match(yaml, /^read: json$/m);
    assert.match(yaml, /document: order\n[\s\S]*each: lines/);
  });
});

describe('the message of a draft', () => {
  const types: [what: string, name: string, text: string, type: string][] = [
    [
      'levels are counts',
      'export.csv',
      'Datum;Artikel;Lager;Bestand\n2026-03-31;A;BER;2,5\n',
      'stock.count.v1',
    ],
    [
      'a discount is no count',
      'x.csv',
      'No,Date,Item,Qty,Discount\nR1,2026-03-31,A,1,0.5\n',
      'stock.receive.v1',
    ],
    [
      'its name goes first',
      'returns.csv',
      'No,Date,Item,Counted\nR1,2026-03-31,A,1\n',
      'stock.return.v1',
    ],
  ];
  for (const [what, name, text, type] of types)
    it(`${what}, which is said to be a guess`, async () => {
      const { yaml, open } = await draft(text, name);
      assert.match(yaml, new RegExp(`^to: ${type}$`, 'm'));
      assert.match(open.join('\n'), /^to: /m);
    });

  it('is doubted where a movement is made of levels', async () => {
    const { open } = await draft('No,Date,Item,On Hand\nR1,2026-03-31,A,1\n', 'receipts.csv');
    assert.match(
      open.join('\n'),
      /^quantity: 'On Hand' reads as what there is, which stock\.receive/m,
    );
  });
});

describe('the encoding of a draft', () => {
  const texts: [encoding: Encoding, name: string][] = [
    ['windows-1251', 'Чайник эмалированный'],
    ['iso-8859-5', 'Чайник эмалированный'],
    ['windows-1253', 'Άσπρη τσαγιέρα'],
    ['windows-1250', 'Łódź żółć'],
    ['windows-1252', 'Müller Größe'],
  ];
  for (const [encoding, name] of texts)
    it(`is guessed by its letters: ${encoding}`, async () => {
      const found = { encoding, markBytes: 0 };
      const bytes = new TextEncoding(found as FoundEncoding, true).bytes(
        `id;name\n1;${name}\n2;Tea\n`,
      );
      const { read, records } = await readSample(bytes, 'items.csv', codecs);
      assert.equal(records[0]?.name, name);
      assert.equal(read.csv?.encoding, encoding);
    });
});

describe('what a sample does not say', () => {
  it('is no place: of places each would be the same', async () => {
    const { yaml } = await draft('Phone,City\n0421,Bremen\n040,Hamburg\n', 'locations.csv');
    assert.match(yaml, /^ *location: \$error\(/m);
    assert.doesNotMatch(yaml, /MAIN/);
  });

  it('is no cost of what is counted, where a price stands beside it', async () => {
    const of = (price: string) => draft(`Item,Counted,${price}\nA,3,9.50\n`, 'counts.csv');
    const sold = await of('Price');
    assert.doesNotMatch(sold.yaml, /^ *unitCost:/m);
    assert.match(sold.open.join('\n'), /^unitCost: 'Price' reads as what it is sold for/m);
    assert.match((await of('Purchase price')).yaml, /^ *unitCost:/m);
  });

  it('may be that it states no stock at all', async () => {
    const accounts = await draft('Account,Kind\n200,REVENUE\n300,COSTS\n', 'chart.csv');
    assert.match(accounts.open.join('\n'), /^to: it names neither an item nor a quantity/m);
    const goods = await draft('Sku,Pieces,Colour\nA,1,red\n', 'things.csv');
    assert.doesNotMatch(goods.open.join('\n'), /neither an item/);
  });
});

describe('a sample that comes packed', () => {
  it('is drafted by what is in it, and says what it comes in', async () => {
    const text = 'No;Date;Item;Qty\nR1;2026-03-31;A;1,5\n';
    for (const [packing, bytes] of [
      ['gzip', gzipSync(text)],
      ['zstd', zstdCompressSync(text)],
      ['zip', zipOf({ 'day/receipts.csv': text })],
    ] as const) {
      const sample = await readSample(bytes, 'receipts.csv.gz', codecs);
      assert.equal(sample.packing, packing);
      const { yaml } = draftFlow(
        { name: 'drafted', sampleName: 'receipts.csv.gz', from: 'http' },
        sample,
        schemas,
      );
      assert.match(yaml, new RegExp(`^read: \\{ unpack: ${packing}, csv: `, 'm'));
    }
  });
});

describe('a workbook as a sample', () => {
  it('is drafted by its first sheet', async () => {
    const rows = [{ No: 'R1', Date: '2026-03-31', Item: 'A', Qty: '1.5' }];
    const codec = xlsx.codec(undefined, undefined);
    const bytes = Buffer.concat(await Array.fromAsync(codec.payload!([rows])));
    const sample = await readSample(bytes, 'receipts.xlsx', codecs);
    const { yaml } = draftFlow(
      { name: 'drafted', sampleName: 'receipts.xlsx', from: 'http' },
      sample,
      schemas,
    );
    assert.match(yaml, /^read: xlsx\n(?:.*\n)*? *sku: Item\n/m);
  });
});

describe('a sample that no flow reads', () => {
  const samples: [what: string, text: string][] = [
    ['EDIFACT', "UNA:+.? 'UNB+UNOC:3+SENDER+RECEIVER+260331:1000+1'UNH+1+DESADV:D:96A:UN'"],
    ['EDIFACT', "UNB+UNOA:1+A+B+260331:1000+1'"],
    [
      'X12',
      'ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260331*1000*U*00401*1*0*P*>~',
    ],
    ['TRADACOMS', "STX=ANA:1+500000:SENDER+500001:RECEIVER+260331:100000+1'"],
    ['rows of fixed width', 'A100  BER 0000012\nB200  HAM 0000007\n'],
    ['rows of fixed width', 'Tea, green     BER 12\nMug            HAM 7\nPot            BER 1\n'],
  ];
  for (const [what, text] of samples)
    it(`is refused by name, and not drafted as CSV: ${what}`, async () => {
      await assert.rejects(draft(text, 'in.txt'), (error) => {
        assert.ok(isStockbusError(error, 'FLOW_UNKNOWN_CODEC'));
        assert.match(error.message, new RegExp(`'in\\.txt' looks like ${what}`));
        return true;
      });
    });
});
