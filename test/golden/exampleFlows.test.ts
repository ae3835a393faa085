/**
 * The flows of examples/ over payloads of their makers. What each makes of each, told in lines that whoever
 * knows the payload can check, is in test/fixtures/example-flows/outcomes; the tables there name what is in
 * those payloads, in the place of the tables of the examples.
 */
import assert from 'node:assert/strict';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { InboundMessage, ReportFlow } from '../../core/flow/compiledFlow.ts';
import type { LoadedHub } from '../../core/flow/loadHub.ts';
import { loadFolder } from '../../core/hub/openHub.ts';
import type { RecordValue } from '../../core/ports.ts';
import { flowOutcome } from '../flowOutcome.ts';
import { describeSamples } from '../samples.ts';

const examples = join(import.meta.dirname, '../../examples');
const fixtures = join(import.meta.dirname, '../fixtures/example-flows');

/** By payload: what came of it. One that is no file stands there itself, line by line, as `payload`. */
type Outcomes = Record<string, string[] | { payload: string[]; outcome: string[] }>;

const flows = readdirSync(join(fixtures, 'outcomes')).map((file) => basename(file, '.json'));
const outcomesOf = (flow: string): Outcomes =>
  JSON.parse(readFileSync(join(fixtures, 'outcomes', `${flow}.json`), 'utf8'));

/** Folders of which a flow has an outcome for all that its pattern means. */
const whole: readonly [flow: string, folder: string, files: RegExp][] = [
  ['epcis-json', 'epcis', /\.json(?:ld)?$/],
  ['epcis-xml', 'epcis', /\.xml$/],
  ['ubl-order', 'ubl', /Order-/],
  ['ubl-despatch-3pl', 'ubl', /DespatchAdvice/],
  ['ubl-receipt', 'ubl', /ReceiptAdvice/],
  ['ubl-inventory', 'ubl', /InventoryReport/],
  ['shopify-orders', 'commerce', /shopify__(draft_)?order/],
  ['shopify-fulfillments', 'commerce', /shopify__fulfillment/],
  ['shopify-levels', 'commerce', /shopify__inventory_level/],
  ['shopify-variants', 'commerce', /shopify__(inventory_item|variant|product)/],
  ['woo-orders', 'commerce', /woocommerce__order/],
  ['sf-orders', 'crm_salesforce', /json$/],
  ['d365-onhand', 'dynamics365', /onhand/],
  ['d365-reserve', 'dynamics365', /reserve/],
];

/** `stock.issue.v1 D-1 WH: 1 TEA 12.5 KGM L-1, …`, with the lines of the document. */
function shown({ type, id, dataJson }: InboundMessage): string {
  const { components = [], lines = [] } = JSON.parse(dataJson) as Record<string, RecordValue[]>;
  const lineText = (line: RecordValue): string => Object.values(line).join(' ');
  const used = components.length === 0 ? [] : [`of ${components.map(lineText).join(', ')}`];
  return [`${type} ${id}`, ...lines.map(lineText), ...used].join('\n  ');
}

describeSamples('flows of real systems', '', (samples) => {
  let folder: string;
  let hub: LoadedHub;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stockbus-examples-'));
    await cp(examples, folder, { recursive: true });
    await cp(join(fixtures, 'tables'), join(folder, 'config/tables'), { recursive: true });
    hub = await loadFolder(folder, {});
  });

  after(() => rm(folder, { recursive: true }));

  for (const flow of flows) {
    for (const [file, expected] of Object.entries(outcomesOf(flow))) {
      it(`${flow} makes of ${basename(file)} what it should`, async () => {
        const isFile = Array.isArray(expected);
        const chunks = isFile ? createReadStream(join(samples, file)) : textOf(expected.payload);
        const outcome = await flowOutcome(hub, flow, { name: basename(file), chunks, shown });
        assert.deepEqual(
          outcome.flatMap((text) => text.split('\n')),
          isFile ? expected : expected.outcome,
        );
      }).timeout(20_000);
    }
  }

  it('datev-journal writes the columns of DATEV, in their order', async () => {
    const flow = hub.flows.find(({ name }) => name === 'datev-journal') as ReportFlow;
    const sample = readFileSync(join(samples, 'finance/datev__EXTF_Buchungsstapel.csv'), 'latin1');
    const columns = sample.split('\r\n')[1]!.split(';').slice(0, flow.fields!.length);
    assert.deepEqual(flow.fields, columns);
  });

  for (const [flow, kind, files] of whole) {
    it(`${flow} has seen all of its kind`, () => {
      const there = readdirSync(join(samples, kind)).filter((file) => files.test(file));
      const seen = flows.includes(flow) ? Object.keys(outcomesOf(flow)) : [];
      assert.deepEqual(
        there.map((file) => `${kind}/${file}`).filter((file) => !seen.includes(file)),
        [],
      );
    });
  }
});

async function* textOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from(lines.map((line) => `${line}\n`).join(''));
}
