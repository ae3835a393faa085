/** What is said of a bad value is said of that value, and what to do about it helps. */
import assert from 'node:assert/strict';
import { formatFault } from '../../../core/errors.ts';
import { inbound, lint, receipts, run } from './hubFolder.ts';

const FIELDS: Readonly<Record<string, string>> = {
  document: 'D',
  at: '$date(T)',
  sku: 'S',
  location: 'L',
  quantity: 'Q',
};

async function faults(row: object, fields: object = {}, key = 'D'): Promise<string[]> {
  const map = Object.entries({ ...FIELDS, ...fields }).map(([name, value]) => `${name}: ${value}`);
  const yaml = receipts(`- map:\n    ${map.join('\n    ')}`, `key: ${key}\nto: stock.receive.v1`);
  const flow = await inbound(yaml.replace('read: csv', 'read: json'));
  const given = { D: 'R1', T: '2026-03-31', S: 'A', L: 'W', Q: '1', ...row };
  const { parked } = await run(flow, [given]);
  return parked.flatMap((one) => one.faults.map((fault) => formatFault(fault)));
}

describe('the words of a fault', () => {
  const numbers: [value: string, says: RegExp][] = [
    ['-90', /is "-90", which is below zero; Where the sign says the direction/],
    ['1.23456789', /which has more than 6 digits after the point; Round it/],
    ['1234567890123', /which has more than 12 digits before the point/],
    ['1.200,5', /which is not a number as messages write it; .*\$decimal\(field, ","\)/],
    ['twelve', /which is not a decimal number of zero or more/],
  ];
  for (const [value, says] of numbers)
    it(`say why ${value} is no quantity`, async () =>
      assert.match((await faults({ Q: value })).join(), says));

  const days: [text: string, call: string, says: RegExp][] = [
    ['31.02.2026', '$date(T, "dd.MM.yyyy")', /"31\.02\.2026" is a day that does not exist; Have/],
    [
      '03/31/2026',
      '$date(T, "dd/MM/yyyy")',
      /does not exist; Read by dd\/MM\/yyyy its month is 31/,
    ],
    ['2026-02-30', '$date(T)', /"2026-02-30" is a day that does not exist/],
    ['2026-02-30T10:00:00Z', '$.T', /at is "2026-02-30T10:00:00Z", a day that does not exist/],
    ['2026-03-31T25:00:00Z', '$date(T)', /"2026-03-31T25:00:00Z" is a time that no clock shows/],
    ['12345678', '$date(T)', /"12345678" is not a date of the pattern ISO 8601/],
    ['soon', '$date(T)', /"soon" is not a date of the pattern ISO 8601/],
  ];
  for (const [text, at, says] of days)
    it(`say why ${text} is no date by ${at}`, async () =>
      assert.match(
        (await faults({ T: text }, { at: at.startsWith('$.') ? at : `'${at}'` })).join(),
        says,
      ));

  it('say of a day of its own that it does not exist', async () => {
    const said = await faults({ E: '2026-02-30' }, { expiresOn: 'E', lot: 'S' });
    assert.match(said.join(), /expiresOn is "2026-02-30", a day that does not exist/);
    assert.doesNotMatch(said.join(), /\$day\(text/);
  });

  it('tell a key that names no field from one whose field is empty', async () => {
    assert.match(
      (await faults({ Receipt: 'R1' }, {}, 'Recipt')).join(),
      /^record 1 KEY_EMPTY Recipt in the key gives nothing: the record has no field 'Recipt'; did you mean 'Receipt'\? Else/,
    );
    assert.match(
      (await faults({ head: { no: '1' } }, {}, 'head.nmbr')).join(),
      /the record has no field 'nmbr'; where the flow names it wrongly, correct its key/,
    );
    assert.match(
      (await faults({ Receipt: '' }, {}, 'Receipt')).join(),
      /KEY_EMPTY Receipt in the key gives nothing; Have the sender fill/,
    );
  });

  const names: [written: string, todo: RegExp][] = [
    ['Quantity.@unitCode', /: 'Quantity\.`@unitCode`'$/],
    ["'$text(Item.#text)'", /: '\$text\(Item\.`#text`\)'$/],
    ['@unitCode', /a name with @ stands in backticks.*: '`@unitCode`'$/],
    ['Unit Code', /a name with blanks stands in backticks.*: '`Unit Code`'$/],
  ];
  for (const [written, todo] of names)
    it(`say that ${written} needs backticks`, async () => {
      const map = Object.entries({ ...FIELDS, unit: written });
      const text = map.map(([name, value]) => `${name}: ${value}`).join('\n    ');
      const yaml = receipts(`- map:\n    ${text}`, 'key: D\nto: stock.receive.v1');
      const [fault] = await lint({ 'flows/receipts.yaml': yaml });
      assert.match(fault ?? '', todo);
      const remedy = /'([^']*)'$/.exec(fault ?? '')?.[1];
      const better = yaml.replace(`unit: ${written}`, `unit: '${remedy}'`);
      await inbound(better.replace('read: csv', 'read: xml'));
    });
});
