/** What lint finds in columns, patterns of files, numbers and accounts. */
import assert from 'node:assert/strict';
import { config, lint, load, receipts } from './hubFolder.ts';

const flow = (
  read: string,
  map = 'quantity: $decimal(Qty)',
  rest = 'key: Doc\nto: stock.receive.v1',
) =>
  receipts(
    `- map: { document: Doc, at: $date(Day), sku: Sku, location: Place, ${map} }`,
    rest,
  ).replace('read: csv', `read: ${read}`);

const hintsOf = async (text: string): Promise<string[]> =>
  (await load({ 'flows/receipts.yaml': text })).hints.map(
    ({ code, message, at }) => `${at?.line}:${at?.column} ${code} ${message}`,
  );

describe('what a flow says of its use of a connector', () => {
  it('is shown its place where it stands under the connector, with all other faults there', async () => {
    const hub = `connectors:
  inbox: { folder: { path: in, settle: 5s, recheck: 1s, nonsense: 1 }, ready: "{name}.done" }
`;
    const faults = await lint({ 'config/hub.yaml': hub, 'flows/receipts.yaml': flow('csv') });
    const places = faults.map((fault) =>
      /'(\w+)' is not a field of .*?; (.*)$/.exec(fault)?.slice(1),
    );
    const belongs = (name: string) =>
      `it belongs into the flow, beside the connector: \`from: { folder: …, ${name}: … }\``;
    assert.deepEqual(places, [
      ['settle', belongs('settle')],
      ['recheck', belongs('recheck')],
      ['nonsense', 'known here: path'],
      ['ready', belongs('ready')],
    ]);
  });
});

describe('columns that `read` names', () => {
  it('must be all that the flow reads', async () => {
    assert.deepEqual(
      await lint({ 'flows/receipts.yaml': flow('{ csv: { columns: [Doc, Day, Sku, Qyt] } }') }),
      [
        "flows/receipts.yaml:5:63 FLOW_UNKNOWN_FIELD 'Place' is none of the columns that 'read' gives, so that every payload would be refused; name it under columns; for the text itself write it under const:",
        "flows/receipts.yaml:5:80 FLOW_UNKNOWN_FIELD 'Qty' is none of the columns that 'read' gives, so that every payload would be refused; name it under columns; for the text itself write it under const:",
      ],
    );
  });

  it('are c1, c2 and so on without a header', async () => {
    const faults = await lint({
      'flows/receipts.yaml': flow(
        '{ csv: { header: false } }',
        'quantity: $decimal(c5)',
        'key: c1\nto: stock.receive.v1',
      ),
    });
    assert.deepEqual(
      faults.map((fault) => /'(\w+)' is none/.exec(fault)?.[1]),
      ['Doc', 'Day', 'Sku', 'Place'],
    );
  });

  for (const read of [
    '{ csv: { columns: [Doc, Day, Sku, Place, Qty, More] } }',
    '{ csv: { columns: [Doc, Day, Sku, Qty], optional: [Place] } }',
    'csv',
    'json',
  ]) {
    it(`pass: ${read}`, async () => assert.deepEqual(await hintsOf(flow(read)), []));
  }
});

describe('numbers of cells', () => {
  it('that are taken as they are written are told', async () => {
    assert.deepEqual(await hintsOf(flow('csv', 'quantity: Qty, unitCost: Cost')), [
      "5:80 FLOW_NUMBER_AS_WRITTEN 'quantity' takes the text of the column 'Qty' as it is written",
      "5:95 FLOW_NUMBER_AS_WRITTEN 'unitCost' takes the text of the column 'Cost' as it is written",
    ]);
  });

  it('are not told of other formats, of numbers that a step has read, or where it is allowed', async () => {
    assert.deepEqual(await hintsOf(flow('json', 'quantity: Qty')), []);
    assert.deepEqual(
      await hintsOf(
        flow('csv', 'quantity: Qty').replace('  - map', '  - set: { Qty: $decimal(Qty) }\n  - map'),
      ),
      [],
    );
    assert.deepEqual(
      await hintsOf(flow('csv\nallow: [FLOW_NUMBER_AS_WRITTEN]', 'quantity: Qty')),
      [],
    );
  });
});

describe('patterns of file names', () => {
  for (const pattern of ['a-[.csv', 'a-[z-a].csv', '{po,gr.csv', '{po}.csv', 'a-[].csv']) {
    it(`${pattern} is refused`, async () => {
      const text = flow('csv').replace('folder: inbox', `folder: inbox, pattern: "${pattern}"`);
      const [fault] = await lint({ 'flows/receipts.yaml': text });
      assert.match(
        fault!,
        /^flows\/receipts\.yaml:2:33 CONFIG_BAD_VALUE '[[{]' begins no (set of characters|choice)/,
      );
    });
  }
  for (const pattern of ['a-[0-9].csv', '{po,gr}-*.csv', 'a-[[]x].csv', 'a].csv', 'a-[{]x}.csv']) {
    it(`${pattern} is taken`, async () => {
      const text = flow('csv').replace('folder: inbox', `folder: inbox, pattern: "${pattern}"`);
      assert.deepEqual(await hintsOf(text), []);
    });
  }
});

describe('accounts', () => {
  const told = async (accounts: string): Promise<string[]> => {
    const { hints } = await load({
      'flows/receipts.yaml': flow('csv'),
      'config/hub.yaml': `${config}stock: { accounts: ${accounts} }\n`,
    });
    return hints.map(({ code, message }) => `${code} ${message}`);
  };
  it('that are one are told', async () => {
    assert.deepEqual(await told('{ scrap: 5100 Scrap, received: "1400" }'), [
      "CONFIG_SAME_ACCOUNT 'scrap' and 'adjustment' are both the account 5100",
      "CONFIG_SAME_ACCOUNT 'received' and 'inventory' are both the account 1400",
    ]);
  });
  it('of a rule and of stock are told, and no others', async () => {
    const rules = `[
    { of: costOfSales, reason: SCRAP, account: 5300 Scrap },
    { of: costOfSales, reason: OWN, account: 1400 Mine },
    { of: inventory, group: CUPS, account: "5000" } ]`;
    assert.deepEqual(await told(`{}, accountRules: ${rules}`), [
      "CONFIG_SAME_ACCOUNT 'costOfSales' of this rule and 'inventory' are both the account 1400",
      "CONFIG_SAME_ACCOUNT 'inventory' of this rule and 'costOfSales' are both the account 5000",
    ]);
  });
  it('that differ are not', async () =>
    assert.deepEqual(await told('{ scrap: Stock lost, adjustment: Stock found }'), []));
});
