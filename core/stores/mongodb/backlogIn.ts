import { compareUtf8 } from '../../order.ts';
import { type Backlog, CASE, CLOSED } from '../../ports.ts';
import type { Collections } from './Collections.ts';

interface Counted {
  _id: string;
  records: number;
}

const OF_CASES = { kind: CASE, state: { $in: [...CLOSED] } };
const OF_DEAD = { ...OF_CASES, words: 'dead' };

/** By flow: of how many parked records the case is closed. */
async function closedParked({ control }: Collections): Promise<Map<string, number>> {
  const byFlow = { $group: { _id: { $arrayElemAt: ['$words', 1] }, records: { $count: {} } } };
  const found = control.aggregate<Counted>([{ $match: { ...OF_CASES, words: 'parked' } }, byFlow]);
  return new Map((await found.toArray()).map(({ _id, records }) => [_id, records]));
}

/** What waits for a person or for relay, counted. */
export async function backlogIn(all: Collections): Promise<Backlog> {
  const byFlow = {
    $group: { _id: '$flow', records: { $count: {} }, since: { $min: '$parkedAt' } },
  };
  const parked = await all.parked.aggregate<Counted & { since: string }>([byFlow]).toArray();
  const closed = await closedParked(all);
  const rows = parked.map(({ _id: flow, records, since }) => {
    return { flow, records: records - (closed.get(flow) ?? 0), since };
  });
  const waiting = rows.filter(({ records }) => records > 0);
  return {
    parked: waiting.sort((one, other) => compareUtf8(one.flow, other.flow)),
    dead: (await all.deadLetters.countDocuments()) - (await all.control.countDocuments(OF_DEAD)),
    outbox: await all.outbox.countDocuments(),
  };
}
