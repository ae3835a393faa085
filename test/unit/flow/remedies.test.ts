/** What lint says to write instead can be written so. */
import assert from 'node:assert/strict';
import { lint, receipts } from './hubFolder.ts';

const map =
  '- map: { document: Doc, at: $date("2026-01-01"), sku: Sku, location: Sku, quantity: "1" }';
const end = 'key: Doc\nto: stock.receive.v1';

async function remedyOf(flow: string): Promise<string> {
  const found = await lint({ 'flows/receipts.yaml': flow });
  assert.equal(found.length, 1, found.join());
  return found[0]!.slice(found[0]!.indexOf('; ') + 2);
}

describe('a remedy', () => {
  it('of a text for fields puts it where it belongs', async () => {
    assert.match(
      await remedyOf(receipts(`${map}\n- group: document`, end)),
      /^write \{ by: document \}/,
    );
  });

  it('of a text for several fields names them', async () => {
    assert.match(
      await remedyOf(receipts(`- lookup: stores\n${map}`, end)),
      /^write \{ table: …, key: …, into: … \}/,
    );
  });

  it('names a field that is no word in backticks', async () => {
    const made = `- map: { '@no': Doc, Doc: Doc, Sku: Sku }\n- filter: '\`@np\` = "1"'\n${map}`;
    assert.match(await remedyOf(receipts(made, end)), /did you mean '`@no`'\?/);
  });

  it('of a key that reads what a step gives names it so, too', async () => {
    const given = receipts(`- set: { '@no': Doc }\n${map}`, "key: '`@no`'\nto: stock.receive.v1");
    assert.match(await remedyOf(given), /\$record\.`@no` .*\$\.`@no`/);
  });
});
