/** What lint says of flows that wait. */
import { deepEqual } from 'node:assert/strict';
import { steps } from '../../../core/catalog.ts';
import { lint } from './hubFolder.ts';

const despatches = `flow: despatches
from: { folder: inbox, pattern: "d-*.csv" }
read: csv
steps:
  - map: { document: number, kind: '"purchase"', line: line, sku: sku, location: '"A"', quantity: qty, due: '"2026-02-01"' }
key: number
to: order.upsert.v1
`;
const receipts = (step: string): string => `flow: receipts
from: { folder: inbox, pattern: "r-*.csv" }
read: csv
steps:
  - ${step}
  - map: { document: number, at: $date(at), sku: sku, location: place, quantity: qty }
key: number
to: stock.receive.v1
`;
const linted = (files: Record<string, string>): Promise<string[]> => lint(files, { steps });
const ofReceipts = (step: string): Promise<string[]> =>
  linted({ 'flows/despatches.yaml': despatches, 'flows/receipts.yaml': receipts(step) });

describe('lint of flows that wait', () => {
  it('names the flow that is not there, or the one that is near', async () => {
    deepEqual(await ofReceipts('await: { key: ref, flow: despatch, within: 1d, as: sent }'), [
      "flows/receipts.yaml:5:12 FLOW_UNKNOWN_FLOW there is no flow 'despatch' to wait for; did you mean 'despatches'?",
    ]);
  });

  it('reads the expressions of a stage, and its options', async () => {
    deepEqual(
      await ofReceipts('await: { key: $lokup(ref), flow: despatches, within: 1d, as: sent }'),
      [
        "flows/receipts.yaml:5:19 FLOW_UNKNOWN_FUNCTION '$lokup' is not a function; did you mean '$lookup'?",
      ],
    );
    deepEqual(await ofReceipts('delay: { for: 1h, until: at }'), [
      "flows/receipts.yaml:5:12 CONFIG_BAD_VALUE 'delay' takes either 'for' or 'until'; Choose a value that is allowed.",
    ]);
    deepEqual(await ofReceipts('group: { by: number, across: payloads, complete: { size: n } }'), [
      "flows/receipts.yaml:5:54 CONFIG_MISSING_FIELD 'after' is missing; add 'after': How long after its last record it is waited for more: then it is complete, where neither `size` nor `when` says otherwise.",
    ]);
  });

  it('says where no stage can stand, and what nobody waits for', async () => {
    const feed = `flow: feed
from: stock.changed.v1
steps:
  - delay: { for: 1h }
write: json
to: { folder: outbox }
`;
    const told = despatches.replace('to: order.upsert.v1', 'to: awaited');
    deepEqual(await linted({ 'flows/feed.yaml': feed }), [
      "flows/feed.yaml:4:5 CONFIG_BAD_VALUE 'delay' can stand in flows that take payloads in, and in no others; remove it",
    ]);
    deepEqual(await linted({ 'flows/despatches.yaml': told }), [
      "flows/despatches.yaml:2:7 FLOW_UNKNOWN_FLOW no flow awaits what 'despatches' gives; write 'await: { flow: despatches, … }' in the one that needs it",
    ]);
  });
});
