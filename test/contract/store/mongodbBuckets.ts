import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import type { BSON } from 'mongodb';
import { bookAll } from '../../property/Books.ts';
import { events, histories } from '../../property/histories.ts';
import { seed } from '../../runs.ts';
import { commandsTo, type SeenCommand } from './commandsTo.ts';
import {
  checkpointOf,
  commitOf,
  openOrderOf,
  parkedOf,
  RECORDED_AT,
  requestOf,
} from './fixtures.ts';
import type { StorePlace } from './storeContract.ts';
import { openAt } from './withStore.ts';

/** What may ask without a bucket, and why. */
const EXEMPT: Record<string, string> = {
  'find period': 'there is one document',
  'update period': 'there is one document',
  'insert period': 'there is one document',
  'find sessions': 'a document each session of a process, never sharded',
  'update sessions': 'the same',
  'findAndModify sessions': 'the same',
  'find schema': 'there is one document, asked for once for each session, and after a conflict',
  'find recosts by': 'the list of what waits, looked at in the background',
  'find packs by returns':
    'what came back of a document that was named, for whoever names it again: in packs of any SKU',
  'find reservations by due': 'what is over, looked at in the background',
};

/** A close looks at all of the books, once a month. */
const everyDay = events.filter((event) => event !== 'close');

/**
 * On a sharded cluster with a range of buckets a shard, a command that names none goes to every shard. What
 * apply, relay and deliver ask must not.
 */
export function describeMongodbBuckets(place: StorePlace): void {
  describe('buckets', function () {
    this.timeout(120_000);

    it('are named by every command of apply, relay and deliver', async () => {
      const seen: SeenCommand[] = [];
      let isHot = false;
      const proxy = await commandsTo(place.fresh(), (command) => isHot && seen.push(command));
      const store = await openAt(proxy.address);
      try {
        isHot = true;
        const [history] = fc.sample(histories({ events: everyDay, most: 40 }), {
          numRuns: 1,
          seed,
        });
        await bookAll(history!, store);
        const { outcome } = await store.commit(
          commitOf({
            recordedAt: '2099-01-01T00:00:00.000Z',
            periodVersion: (await store.period()).version,
            outbox: [{ id: 'event', topic: 'stock.changed.v1', count: 1, body: '[]' }],
            checkpoints: [checkpointOf('A', RECORDED_AT, 1)],
            staleCheckpoints: [{ sku: 'B', at: RECORDED_AT }],
            locations: [
              { location: 'W', name: '', kind: '', parent: '', attributes: {}, changed: '' },
            ],
            openOrders: [openOrderOf('PO-1', '1'), openOrderOf('PO-2', '1', { quantity: 0n })],
            parked: [parkedOf('p')],
          }),
        );
        equal(outcome, 'committed');
        await store.load(requestOf({ skus: ['A'], reservations: ['R'], openOrders: ['PO-1'] }));
        await store.location('W');
        await store.checkpoint('A', RECORDED_AT);
        await store.appliedBatches([{ intakeId: 'i', index: 0, digest: 'd' }]);
        const outbox = await store.outbox(1_000);
        await store.packsByKey([['A', 1]]);
        await store.published(
          outbox.map(({ id }) => id),
          RECORDED_AT,
        );
        isHot = false;
      } finally {
        await store.close();
        proxy.close();
      }
      const exempt = Object.keys(EXEMPT);
      const without = seen.filter((command) => !namesBucket(command)).map(nameOf);
      deepEqual(
        [...new Set(without)].filter((name) => !exempt.some((start) => name.startsWith(start))),
        [],
      );
      const hot = new Set(seen.map(nameOf));
      for (const name of [
        'find packs',
        'insert packs',
        'find inbox',
        'insert inbox',
        'insert documents',
        'delete outbox',
      ]) {
        deepEqual([name, hot.has(name)], [name, true]);
      }
    });
  });
}

/** Of a search without keys with the fields that it goes by. */
function nameOf({ name, collection, body }: SeenCommand): string {
  const fields = Object.keys(body.filter ?? { _id: 0 });
  return `${name} ${collection}${fields.includes('_id') ? '' : ` by ${fields.join()}`}`;
}

/** Of the session and the transaction. */
const PLUMBING =
  /^(hello|ping|endSessions|getMore|killSessions|commitTransaction|abortTransaction)$/;

function namesBucket({ name, body }: SeenCommand): boolean {
  if (PLUMBING.test(name)) return true;
  if (name === 'insert') return body.documents.every(isOfBucket);
  if (name === 'update') return body.updates.every(({ q }: BSON.Document) => isOfBucket(q));
  if (name === 'delete') return body.deletes.every(({ q }: BSON.Document) => isOfBucket(q));
  if (name === 'aggregate') return isOfBucket(body.pipeline[0].$match ?? {});
  return isOfBucket(body.filter ?? body.query ?? {});
}

const BUCKET = /^[0-9a-f]{1,2}\t/;

/** A document or a filter with keys, or a range of keys, that begin with a bucket; `g` is behind the last. */
function isOfBucket({ _id, $or }: BSON.Document): boolean {
  if ($or) return $or.every(isOfBucket);
  if (typeof _id === 'string') return BUCKET.test(_id);
  const { $in, $gt, $gte, $lt } = _id ?? {};
  if ($in) return $in.every((key: unknown) => isOfBucket({ _id: key }));
  return BUCKET.test($gt ?? $gte ?? '') || $lt === 'g';
}
