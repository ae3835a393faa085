/** What lint says of flows that wait. */
import { deepEqual, rejects } from 'node:assert/strict';
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

  const AWAIT = 'await: { key: ref, flow: despatches, within: 1d, as: sent';
  const steps = (...some: string[]): string => some.join('\n  - ');
  const todo = "write 'name: …' in the one that is new: the other keeps what waits in it";

  it('refuses two stages of a flow that would be taken for each other, until one has a name', async () => {
    deepEqual(await ofReceipts(steps(`${AWAIT} }`, `${AWAIT}, count: 2 }`)), [
      `flows/receipts.yaml:6:5 STAGE_NAME_TAKEN the step in line 5 is 'await-despatches' too, and what waits in either would be taken for the other's; ${todo}`,
    ]);
    deepEqual(await ofReceipts(steps('delay: { for: 1h }', 'delay: { for: 2h }')), [
      `flows/receipts.yaml:6:5 STAGE_NAME_TAKEN the step in line 5 is 'delay' too, and what waits in either would be taken for the other's; ${todo}`,
    ]);
    deepEqual(await ofReceipts(steps(`${AWAIT}, name: a }`, `${AWAIT}, name: a }`)), [
      `flows/receipts.yaml:6:5 STAGE_NAME_TAKEN the step in line 5 is 'await-a' too, and what waits in either would be taken for the other's; ${todo}`,
    ]);
    const [first, ...others] = [
      ...[`${AWAIT} }`, 'delay: { for: 1h }', 'delay: { for: 1h, name: despatches }'],
      `${AWAIT}, name: again }`,
    ];
    await rejects(ofReceipts(steps(first!, ...others)), /no fault was found/);
    deepEqual(await ofReceipts('delay: { for: 1h, name: Not This }'), [
      "flows/receipts.yaml:5:29 CONFIG_BAD_VALUE 'Not This' is not lower-case letters, digits and dashes; write lower-case letters, digits and dashes",
    ]);
  });

  it('refuses the same of flows that share a source', async () => {
    const files = (last: string): Record<string, string> => ({
      'flows/despatches.yaml': despatches,
      'flows/receipts.yaml': receipts(`${AWAIT} }`),
      'flows/returns.yaml': receipts(last)
        .replace('flow: receipts', 'flow: returns\nsource: receipts')
        .replace('r-*.csv', 'x-*.csv'),
    });
    deepEqual(await linted(files(`${AWAIT} }`)), [
      `flows/returns.yaml:6:5 STAGE_NAME_TAKEN the flow 'receipts' has the source of this one, and a step 'receipts/await-despatches' too; ${todo}`,
    ]);
    await rejects(linted(files(`${AWAIT}, name: returned }`)), /no fault was found/);
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
