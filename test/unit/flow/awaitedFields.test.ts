/** What lint knows of the field under which a flow has what it awaited. */
import assert from 'node:assert/strict';
import { stageStep } from '../../../core/flow/stageStep.ts';
import { awaiting } from '../../../core/steps/awaiting.ts';
import { lint, load } from './hubFolder.ts';
import { parts } from './parts.ts';

const staged = { steps: [...parts.steps, stageStep(awaiting)] };

const despatches = (
  to: string,
  map = 'document: no, at: $date(day), partner: from',
) => `flow: despatches
from: { folder: inbox, pattern: "d-*" }
read: json
steps:
  - map: { ${map}, lines: { each: lines, map: { sku: sku, location: place, quantity: qty } } }
key: no
to: ${to}
`;
const receipts = (lines: string, reference: string, more = '') => `flow: receipts
from: { folder: inbox, pattern: "r-*" }
read: json
steps:
  - await: { key: despatch, flow: despatches, within: 14d, as: sent${more} }
  - map:
      document: no
      at: $date(day)
      reference: ${reference}
      lines: { each: ${lines}, map: { sku: sku, location: location, quantity: quantity } }
key: no
to: stock.receive.v1
`;

describe('what is awaited', () => {
  const files = (flow: string, to = 'stock.issue.v1', map?: string) => ({
    'flows/receipts.yaml': flow,
    'flows/despatches.yaml': despatches(to, map),
  });
  const told = (...given: Parameters<typeof files>) => lint(files(...given), staged);
  const inOrder = async (...given: Parameters<typeof files>) =>
    assert.equal((await load(files(...given), {}, staged)).flows.length, 2);

  it('is known by the message that its flow makes', async () => {
    await inOrder(receipts('sent.lines', 'sent.document'));
    const faults = await told(receipts('sent.lins', 'sent.docment'));
    assert.deepEqual(
      faults.map((fault) => fault.replace(/^flows\/receipts.yaml:/, '')),
      [
        "9:23 FLOW_UNKNOWN_FIELD 'docment' is not a field of stock.issue.v1; did you mean 'document'?",
        "10:27 FLOW_UNKNOWN_FIELD 'lins' is not a field of stock.issue.v1; did you mean 'lines'?",
      ],
    );
  });

  it('is known in its lines', async () => {
    const flow = receipts('sent.lines', 'sent.document').replace('sku: sku', 'sku: skuu');
    const [fault] = await told(flow);
    assert.match(fault!, /'skuu' is not a field of the sent.lines of .*; did you mean 'sku'\?/);
  });

  it('is known by the record of a flow that makes none', async () => {
    const map = 'number: no';
    await inOrder(receipts('sent.lines', 'sent.number'), 'awaited', map);
    const [fault] = await told(receipts('sent.lines', 'sent.numbr'), 'awaited', map);
    assert.match(
      fault!,
      /'numbr' is not a field of what despatches gives; did you mean 'number'\?/,
    );
  });

  it('is a list where several are awaited', async () => {
    const flow = receipts('sent', '$string($count(sent))', ', count: 2').replace(
      'sku: sku',
      'sku: documnt',
    );
    const [fault] = await told(flow);
    assert.match(fault!, /'documnt' is not a field of the sent of .*; did you mean 'document'\?/);
  });

  it('is named where its flow is misspelt that nobody awaits', async () => {
    const [fault] = await lint({ 'flows/despatches.yaml': despatches('awaitd') }, staged);
    assert.match(fault!, /'awaitd' is not a message type; did you mean 'awaited'\?/);
  });
});
