/** A text in another encoding than is stated: refused as a whole, with what to do about it. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { Desk } from './cli.ts';

const flow = (read: string, rest = ''): string => `flow: parts
from: { folder: erp-inbox, pattern: "parts-*" }
read: ${read}
${rest}steps:
  - map:
      document: Doc
      at: '"2026-03-01T10:00:00Z"'
      sku: Sku
      location: '"WH"'
      quantity: $decimal(Qty)
      unitCost: '"1"'
key: Doc
to: stock.receive.v1
`;

const csv = (encoding: string): string => `{ csv: { encoding: ${encoding} } }`;
const table = (...skus: string[]): string =>
  `Doc,Sku,Qty\n${skus.map((sku, index) => `R${index},${sku},1\n`).join('')}`;

describe('a payload in another encoding than is stated', () => {
  let desk: Desk;
  beforeEach(() => {
    desk = new Desk({}, []);
  });
  afterEach(() => desk.remove());

  const take = async (yaml: string, payload: string | Uint8Array, name = 'x.csv') => {
    writeFileSync(desk.path('flows/parts.yaml'), yaml);
    writeFileSync(desk.path(name), payload);
    return desk.run(['run', 'parts', name]);
  };

  const skus = async (): Promise<string[]> => {
    const { out } = await desk.run(['export', 'stock', '--format', 'json']);
    return (JSON.parse(out) as { sku: string }[]).map(({ sku }) => sku).sort();
  };

  it('is refused where it is UTF-8 and read byte by byte, and nothing of it is booked', async () => {
    const rows = table('plain', 'für', 'Öl');
    const { code, err } = await take(flow(csv('windows-1252')), rows);
    assert.equal(code, 1);
    assert.match(err, /x\.csv:3 ENCODING_CONFLICT 'fÃ¼r' would be read, in windows-1252/);
    assert.match(err, /as the flow states; .* in that it is 'für'; write `encoding: utf-8`/);
    assert.deepEqual(await skus(), []);
    assert.match((await take(flow(csv('utf-8')), rows)).out, /3 booked/);
    assert.deepEqual(await skus(), ['plain', 'für', 'Öl'].sort());
  });

  it('is refused where only some of its bytes could be read as is stated', async () => {
    // ß in UTF-8 is 0xC3 0x9F, and 0x9F is no ISO-8859-1; ü could be read.
    const utf8 = await take(flow(csv('iso-8859-1')), table('für', 'Straße'));
    assert.match(utf8.err, /x\.csv:2 ENCODING_CONFLICT 'fÃ¼r' would be read, in iso-8859-1/);
    const western = Buffer.from(table('für', '\u009f'), 'latin1');
    const greek = await take(flow(csv('iso-8859-7')), western);
    assert.equal(greek.code, 1);
    assert.match(greek.err, /TEXT_BAD_ENCODING byte 0x9f .* most likely it is windows-1252/);
    assert.deepEqual(await skus(), []);
  });

  it('is named where a column or an element is missed for it', async () => {
    const yaml = flow(csv('windows-1252')).replaceAll('Sku', 'Größe');
    const { err } = await take(yaml, table('a').replace('Sku', 'Größe'));
    assert.match(err, /x\.csv:1 ENCODING_CONFLICT 'GrÃ¶ÃŸe' .* 'Größe'/);
    const xml = '<?xml version="1.0" encoding="iso-8859-1"?>\n<L><Stück><Doc>1</Doc></Stück></L>';
    const element = await take(flow('{ xml: { record: Stück } }'), xml, 'x.xml');
    assert.match(element.err, /ENCODING_CONFLICT .*, in iso-8859-1 as the XML declaration says;/);
    assert.match(element.err, /have the sender declare `encoding="utf-8"` in its XML;/);
  });

  it('is read as is stated where the flow allows it, and where it is right', async () => {
    const allowing = flow(csv('windows-1252'), 'allow: [ENCODING_CONFLICT]\n');
    assert.match((await take(allowing, table('für'))).out, /1 booked/);
    const right = Buffer.from(`Doc,Sku,Qty\nS1,M\xfcsli,1\nS2,Ã¼,1\n`, 'latin1');
    assert.match((await take(flow(csv('windows-1252')), right)).out, /2 booked/);
    assert.deepEqual(await skus(), ['fÃ¼r', 'Müsli', 'Ã¼'].sort());
  });
});
