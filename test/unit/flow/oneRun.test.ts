/** All faults of all files come in one run: none hides another that has nothing to do with it. */
import assert from 'node:assert/strict';
import { FaultList } from '../../../core/errors.ts';
import { config, load, receipts } from './hubFolder.ts';

const map = `- map: { document: Receipt, at: When, sku: Item, location: Store, quantity: $decimal(Qty) }`;
const sound = receipts(map);

/** `file:line CODE` of each fault. */
async function faultsOf(files: Record<string, string>): Promise<string[]> {
  const loading = load({ 'flows/receipts.yaml': sound, ...files });
  const error: unknown = await loading.then(
    () => assert.fail('no fault was found'),
    (thrown) => thrown,
  );
  if (!(error instanceof FaultList)) throw error;
  return error.faults.map(({ code, at }) => `${at?.file}:${at?.line} ${code}`);
}

describe('one run of lint', () => {
  it('tells what is wrong in config/hub.yaml beside a variable that is not set', async () => {
    const lines = [
      'data: ${NOWHERE}',
      'http: { port: "${NO_PORT}", hots: 127.0.0.1 }',
      'stock: { currency: euro }',
      config.trim(),
    ];
    assert.deepEqual(await faultsOf({ 'config/hub.yaml': lines.join('\n') }), [
      'config/hub.yaml:1 CONFIG_MISSING_VARIABLE',
      'config/hub.yaml:2 CONFIG_MISSING_VARIABLE',
      'config/hub.yaml:2 CONFIG_UNKNOWN_FIELD',
      'config/hub.yaml:3 CONFIG_BAD_VALUE',
    ]);
  });

  it('tells what pools, dates and rates say, whatever else in config/hub.yaml cannot be read', async () => {
    const stock =
      'stock: { pools: { a: [W1], b: [W1] }, dates: { from: 2020-01-01, to: 2019-01-01 }, rates: none.csv }';
    const files = { 'config/hub.yaml': `http: { port: many }\n${stock}\n${config.trim()}` };
    assert.deepEqual(await faultsOf(files), [
      'config/hub.yaml:1 CONFIG_WRONG_TYPE',
      ...Array.from({ length: 3 }, () => 'config/hub.yaml:2 CONFIG_BAD_VALUE'),
    ]);
  });

  it('tells what steps and key say of a flow without a direction', async () => {
    const flow = receipts('- set: { a: $nope(b) }', 'key: $none(c)\nto: { folder: outbox }');
    assert.deepEqual(await faultsOf({ 'flows/receipts.yaml': flow }), [
      'flows/receipts.yaml:5 FLOW_UNKNOWN_FUNCTION',
      'flows/receipts.yaml:6 FLOW_UNKNOWN_FUNCTION',
      'flows/receipts.yaml:7 FLOW_NO_DIRECTION',
    ]);
  });

  it('tells what a step and a format take, beside a field that is none of theirs', async () => {
    const flow = receipts('- split: { paht: Lines }\n  as: line').replace(
      'read: csv',
      'read: { csv: { delimeter: ";" }, xml: {} }',
    );
    assert.deepEqual(await faultsOf({ 'flows/receipts.yaml': flow }), [
      'flows/receipts.yaml:3 FLOW_UNKNOWN_FIELD',
      'flows/receipts.yaml:3 FLOW_UNKNOWN_FIELD',
      'flows/receipts.yaml:5 CONFIG_MISSING_FIELD',
      'flows/receipts.yaml:5 FLOW_UNKNOWN_FIELD',
      'flows/receipts.yaml:6 FLOW_UNKNOWN_FIELD',
    ]);
  });

  it('tells that key and format are missing, beside a step that cannot be read', async () => {
    const flow = receipts('- mop: { a: b }', 'to: stock.receive.v1').replace('read: csv\n', '');
    assert.deepEqual(await faultsOf({ 'flows/receipts.yaml': flow }), [
      'flows/receipts.yaml:2 CONFIG_MISSING_FIELD',
      'flows/receipts.yaml:4 FLOW_UNKNOWN_STEP',
      'flows/receipts.yaml:5 FLOW_MISSING_KEY',
    ]);
    const unreadable = receipts('- mop: { a: b }', 'key: [a]\nto: stock.receive.v1');
    assert.deepEqual(await faultsOf({ 'flows/receipts.yaml': unreadable }), [
      'flows/receipts.yaml:5 FLOW_UNKNOWN_STEP',
      'flows/receipts.yaml:6 CONFIG_WRONG_TYPE',
    ]);
  });

  it('does not say that a table is missing which is malformed', async () => {
    const flow = receipts(`- lookup: { table: shops, key: Store, into: { Place: code } }\n${map}`);
    assert.deepEqual(
      await faultsOf({
        'flows/receipts.yaml': flow,
        'config/tables/shops.csv': 'name,name\na,b\n',
      }),
      ['config/tables/shops.csv:1 TABLE_BAD'],
    );
  });
});
