import assert from 'node:assert/strict';
import { ClosingMaker } from '../../../core/apply/ClosingMaker.ts';
import type { Store } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import type { StockPolicy } from '../../../core/stock/policy.ts';
import { type VerifyReport, verifyStore } from '../../../core/verify.ts';
import { LedgerRig } from '../../ledgerRig.ts';
import { type Chapter, later, parked, story } from './story.ts';

const bounds = { checkpointFacts: 3, recostFacts: 1_000, historyRows: 1_000 };
/** Events of the first commits were relayed; the others are in the outbox. */
const RELAYED = 10;

interface BookedStory {
  policy: StockPolicy;
  rig: LedgerRig;
  /** What somebody noted down after the story. */
  noted: VerifyReport;
  /** What came after that. */
  bookLater(): Promise<void>;
}

/** The books of the story in a store: something of each kind is in them, closings and what was parked included. */
export async function bookStory(store: Store): Promise<BookedStory> {
  const rig = new LedgerRig({ store, bounds, policy: { pools: { shop: ['S'] } } });
  const runtime = { ...systemRuntime(), now: () => rig.now, log: () => undefined };
  const book = async ([recorded, ...docs]: Chapter): Promise<void> => {
    rig.now = Date.parse(`2026-${recorded}T18:00:00.000Z`);
    const refused = (await rig.send(docs)).filter((one) => one !== undefined);
    assert.deepEqual(refused, [], `on ${recorded}`);
    await new ClosingMaker({ store, runtime }).work();
  };
  for (const chapter of story) await book(chapter);
  assert.equal((await rig.send([parked]))[0]?.code, 'STOCK_INSUFFICIENT');
  const relayed = await store.outbox(RELAYED);
  await store.published(
    relayed.map(({ id }) => id),
    new Date(rig.now).toISOString(),
  );
  const noted = await verifyStore(store, rig.policy);
  return { policy: rig.policy, rig, noted, bookLater: () => book(later) };
}
