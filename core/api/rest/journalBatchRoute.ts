/** Postings for a general ledger, in batches without a gap: each is the same whenever it is asked for. */
import { invalidCursor, readCursor, writeCursor } from '../../cursor.ts';
import { NamedSchema } from '../NamedSchema.ts';
import type { Route } from '../Route.ts';
import { shape } from '../shape.ts';

const batchSchema = new NamedSchema(
  'JournalBatch',
  shape.object(
    {
      batch: shape.text('Id of the batch. Pass it as `after` for the one that follows.'),
      isEmpty: shape.flag('Nothing was recorded since the one before: ask again later.'),
      knownAt: shape.instant(
        'It has what was recorded by then, and nothing of it can change any more.',
      ),
      href: shape.text('Where its postings are read, in any format, by pages.'),
    },
    { recordedAfter: shape.instant('And after then: the end of the batch before.') },
  ),
);

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

export const journalBatchRoute: Route = {
  method: 'get',
  path: '/v1/journal/batches',
  scope: 'ledger:read',
  summary:
    'The next batch of postings for a general ledger: what was recorded after the batch before, up to a moment of which nothing can change any more.',
  answer: batchSchema,
  query: [
    {
      name: 'after',
      about: '`batch` of the one before; left out: the first, with all postings so far.',
      schema: { type: 'string' },
    },
  ],
  example: {},
  handle: async ({ hub, runtime }, _request, response, { after }) => {
    const recordedAfter = endOf(after);
    const now = new Date(runtime.now()).toISOString();
    const knownAt = await hub.store.finalUntil(now);
    const isEmpty = recordedAfter !== undefined && knownAt <= recordedAfter;
    const until = isEmpty ? recordedAfter : knownAt;
    const asked = new URLSearchParams({
      ...(recordedAfter === undefined ? {} : { recordedAfter }),
      knownAt: until,
    });
    response.json({
      batch: isEmpty ? after : writeCursor([recordedAfter ?? '', until]),
      ...{ isEmpty, knownAt: until, href: `/v1/journal?${asked}` },
      ...(recordedAfter === undefined ? {} : { recordedAfter }),
    });
  },
};

/** Throws CURSOR_INVALID. */
function endOf(after: string | undefined): string | undefined {
  const [from, until] = (readCursor(after, ['string', 'string']) ?? []) as [string?, string?];
  if (until === undefined) return undefined;
  if (!INSTANT.test(until) || (from !== '' && !INSTANT.test(from!))) throw invalidCursor();
  return until;
}
