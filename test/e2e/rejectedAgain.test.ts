/** What is rejected is dropped again: unchanged nothing of it is booked, corrected it is booked right. */
import assert from 'node:assert/strict';
import { formatDecimal } from '../../core/decimal.ts';
import { Doors } from '../property/waysIn/Doors.ts';

/** Longer than the second look at a file that only its end closes. */
const AFTERWARDS_MS = 200_000;

const FIELDS = `sku: name
    quantity: $decimal(age)
    document: id
    at: '"2026-03-31T08:30:00.000Z"'
    const: { location: WH1 }`;

const flowOf = (read: string, steps: string): string =>
  `flow: way\nfrom: { folder: inbox, settle: 1s }\nread: ${read}\nsteps:\n${steps}key: id\nto: stock.receive.v1\n`;

const PLAIN = `- map:\n    ${FIELDS}\n`;
const GROUPED = `${PLAIN}- group: { by: document }\n`;

/** A folder of a whole hub, into which one sender drops files. */
class Drops {
  readonly doors: Doors;
  #count = 0;

  constructor(doors: Doors) {
    this.doors = doors;
  }

  /** Gives what came back for the sender. */
  async drop(text: string, extension: string): Promise<string> {
    this.#count += 1;
    const name = `drop-${this.#count}`;
    this.doors.tree.append(`${name}.${extension}`, text);
    await this.doors.pass(AFTERWARDS_MS);
    const taken = this.doors.log.filter(({ event }) => event === 'intake.done');
    assert.equal(taken.length, this.#count, 'each drop is taken in once');
    await this.doors.reports(taken.map(({ intakeId }) => intakeId as string));
    assert.deepEqual(this.doors.tree.files('failed'), []);
    return this.doors.tree.text(`rejected/${name}.rejected.${extension}`) ?? '';
  }

  /** What was ever booked, by its name. */
  async booked(): Promise<Record<string, string>> {
    const balances = await this.doors.stock();
    return Object.fromEntries(balances.map(({ sku, onHand }) => [sku, formatDecimal(onHand)]));
  }
}

interface Way {
  what: string;
  read: string;
  extension: string;
  /** Rows that are sound and booked at once, rows of which nothing can be read, and one with a bad field. */
  payload: string;
  steps?: string;
  /** Text that must be in what came back, as it was. */
  raw: readonly string[];
  /** How a person corrects it. */
  corrections: readonly (readonly [string, string])[];
  before: Record<string, string>;
  after: Record<string, string>;
}

const CSV: Omit<Way, 'what'> = {
  read: 'csv',
  extension: 'csv',
  payload:
    'id,name,age\n1,Milk,7\n50,Flour,1,5\n51,Sugar,abc\n52,Salt\n53,"Bolt 5" long",3\n54,"Open,4\n',
  raw: ['\n50,Flour,1,5,', '\n52,Salt,', '\n53,"Bolt 5" long",3,', '\n54,"Open,4,'],
  corrections: [
    ['\n50,Flour,1,5,', '\n50,Flour,1.5,'],
    ['\n52,Salt,', '\n52,Salt,2,'],
    ['\n53,"Bolt 5" long",', '\n53,"Bolt 5"" long",'],
    ['\n54,"Open,', '\n54,Open,'],
  ],
  before: { Milk: '7', Sugar: '9' },
  after: { Milk: '7', Sugar: '9', Flour: '1.5', Salt: '2', 'Bolt 5" long': '3', Open: '4' },
};

const NESTED = {
  id: 2,
  items: [
    { name: 'Tea', age: '1' },
    { name: 'Rice', age: '2' },
  ],
};

const ways: Way[] = [
  { what: 'CSV', ...CSV },
  { what: 'CSV whose rows are grouped', ...CSV, steps: GROUPED, before: {} },
  {
    what: 'NDJSON',
    read: '{ json: { format: lines } }',
    extension: 'ndjson',
    payload:
      '{"id":1,"name":"Milk","age":7}\n{"id":50,"name":"Flour","age":1,5}\n{"id":51,"name":"Sugar","age":"abc"}\n',
    raw: ['"_raw":"{\\"id\\":50,\\"name\\":\\"Flour\\",\\"age\\":1,5}"}\n'],
    corrections: [['{"_record"', '{"id":50,"name":"Flour","age":1.5,"_record"']],
    before: { Milk: '7', Sugar: '9' },
    after: { Milk: '7', Sugar: '9', Flour: '1.5' },
  },
  {
    what: 'NDJSON whose records are split and grouped',
    read: '{ json: { format: lines } }',
    extension: 'ndjson',
    payload: `${JSON.stringify(NESTED)}\n{"id":50,"items":[{"name":"Flour","age":1,5}]}\n{"id":51,"items":[{"name":"Sugar","age":"abc"}]}\n`,
    steps: `- split: items\n${GROUPED}`,
    raw: ['"_raw":"{\\"id\\":50,\\"items\\":[{\\"name\\":\\"Flour\\",\\"age\\":1,5}]}"}\n'],
    corrections: [['{"_record"', '{"id":50,"items":[{"name":"Flour","age":1.5}],"_record"']],
    before: {},
    after: { Tea: '1', Rice: '2', Sugar: '9', Flour: '1.5' },
  },
  {
    what: 'XML',
    read: '{ xml: { record: r } }',
    extension: 'xml',
    payload:
      '<d><r><id>1</id><name>Milk</name><age>7</age></r><r><id>50</id><name>Flour&nbsp;</name><age>1.5</age></r><r><id>51</id><name>Sugar</name><age>abc</age></r></d>',
    raw: ['\n<r><id>50</id><name>Flour&nbsp;</name><age>1.5</age></r>\n'],
    corrections: [['&nbsp;', '']],
    before: { Milk: '7', Sugar: '9' },
    after: { Milk: '7', Sugar: '9', Flour: '1.5' },
  },
  {
    what: 'XML whose records are split',
    read: '{ xml: { record: r } }',
    extension: 'xml',
    payload:
      '<d><r><id>1</id><i><name>Milk</name><age>7</age></i></r><r><id>50</id><i><name>Flour</name><age>1.5&nbsp;</age></i></r><r><id>51</id><i><name>Sugar</name><age>abc</age></i></r></d>',
    steps: `- split: i\n${PLAIN}`,
    raw: ['\n<r><id>50</id><i><name>Flour</name><age>1.5&nbsp;</age></i></r>\n'],
    corrections: [['&nbsp;', '']],
    before: { Milk: '7', Sugar: '9' },
    after: { Milk: '7', Sugar: '9', Flour: '1.5' },
  },
];

describe('what is rejected', () => {
  let drops: Drops;
  const open = async (read: string, steps = PLAIN): Promise<void> => {
    drops = new Drops(await Doors.open(flowOf(read, steps)));
  };
  afterEach(() => drops.doors.close());

  for (const { what, read, extension, payload, steps, raw, corrections, before, after } of ways) {
    it(`of ${what} is refused until it is corrected, and comes back as it came`, async () => {
      await open(read, steps);
      const first = await drops.drop(payload, extension);
      const booked = await drops.booked();
      for (const text of raw) assert.ok(first.includes(text), first);
      const again = await drops.drop(first, extension);
      assert.deepEqual(await drops.booked(), booked, 'dropped unchanged');
      for (const text of raw) assert.ok(again.includes(text), again);
      const rest = await drops.drop(again.replaceAll('abc', '9'), extension);
      assert.deepEqual(await drops.booked(), before, 'only a field of another record is corrected');
      for (const text of raw) assert.ok(rest.includes(text), rest);
      assert.equal(rest.includes('Sugar'), before.Sugar === undefined, rest);
      let mended = rest;
      for (const [wrong, right] of corrections) {
        assert.ok(mended.includes(wrong), mended);
        mended = mended.replaceAll(wrong, right);
      }
      assert.equal(await drops.drop(mended, extension), '');
      assert.deepEqual(await drops.booked(), after, 'corrected');
    });
  }

  it('spoils its document, all of which comes back with the row as it came', async () => {
    await open('{ csv: { delimiter: ";" } }', GROUPED);
    const payload = 'id;name;age\n7;Nut;1\n7;"Bolt 5" long";3\n7;Pin;2;5\n8;Cap;4\n';
    const first = await drops.drop(payload, 'csv');
    for (const row of ['7;Nut;1;', '7;"Bolt 5" long";3;', '7;Pin;2;5;'])
      assert.ok(first.includes(`\n${row}`), first);
    await drops.drop(first, 'csv');
    const half = first.replace('"Bolt 5" long"', '"Bolt 5"" long"');
    const rest = await drops.drop(half, 'csv');
    assert.deepEqual(await drops.booked(), {});
    assert.equal(await drops.drop(rest.replace('2;5', '2.5'), 'csv'), '');
    assert.deepEqual(await drops.booked(), { Cap: '4', Nut: '1', 'Bolt 5" long': '3', Pin: '2.5' });
  });

  it('stands where it stood, and keeps the documents beside it from being booked without it', async () => {
    await open('{ json: { format: lines } }', GROUPED);
    const row = (id: number, name: string): string => `{"id":${id},"name":"${name}","age":1}\n`;
    const torn = '{"id":2,"name":"Pin","age":1,5}\n';
    const payload = [row(1, 'Tea'), row(2, 'Nut'), torn, row(3, 'Cap'), row(4, 'Mug')].join('');
    let file = await drops.drop(payload, 'ndjson');
    for (let time = 1; time <= 2; time += 1) {
      assert.deepEqual(
        file.match(/"name\\?":\\?"\w+/g)?.map((name) => name.slice(-3)),
        ['Nut', 'Pin', 'Cap'],
      );
      file = await drops.drop(file, 'ndjson');
      assert.deepEqual(await drops.booked(), { Tea: '1', Mug: '1' });
    }
    const corrected = file.replace('{"_record"', '{"id":2,"name":"Pin","age":1.5,"_record"');
    assert.equal(await drops.drop(corrected, 'ndjson'), '');
    const all = { Tea: '1', Nut: '1', Pin: '1.5', Cap: '1', Mug: '1' };
    assert.deepEqual(await drops.booked(), all);
  });

  it('takes space by its own bytes, however wide its table is', async () => {
    await open('csv');
    const more = Array.from({ length: 4_000 }, (_, index) => `c${index}`).join(',');
    const file = await drops.drop(`id,name,age,${more}\n${'x\n'.repeat(1_000)}`, 'csv');
    const [header = '', ...rows] = file.split('\n');
    assert.equal(rows.length, 1_001);
    assert.ok(
      rows.every((row) => row.length < 400),
      rows[0],
    );
    assert.ok(file.length < header.length + 400_000);
    assert.deepEqual(await drops.booked(), {});
  });
});
