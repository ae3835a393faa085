import type { AcceptedPayload, Books, Page, Paged } from '../ports.ts';
import { type PayloadStatus, payloadStatus } from '../status/payloadStatus.ts';

export interface RecentPayload extends AcceptedPayload {
  state: PayloadStatus['state'];
  booked: number;
  exists: number;
  /** Records and messages that are parked, by intake and by the rules of stock. */
  waiting: number;
}

/** Pages that are looked through for those of one flow. */
const PAGES = 20;

/** The newest first, with what became of each. A page of one flow may have fewer than asked for while there are more. */
export async function recentPayloads(
  store: Books,
  { flow }: { flow?: string },
  page: Page,
): Promise<Paged<RecentPayload>> {
  let from = page;
  for (let pages = 1; ; pages += 1) {
    const { rows, next } = await store.lastAccepted(from);
    const own = rows.filter((one) => flow === undefined || one.flow === flow);
    const isEnough = own.length > 0 || next === undefined || pages === PAGES;
    if (!isEnough) {
      from = { ...page, after: next };
      continue;
    }
    const told = await Promise.all(own.map((one) => withStatus(store, one)));
    return { rows: told, ...(next === undefined ? {} : { next }) };
  }
}

async function withStatus(store: Books, payload: AcceptedPayload): Promise<RecentPayload> {
  const known = await payloadStatus(store, payload.intakeId);
  const { state = 'accepted', report } = known ?? {};
  const { booked = 0, exists = 0, parked = 0 } = report ?? {};
  // What intake parked comes to be known with its batch.
  const waiting = state === 'done' ? parked : Math.max(parked, payload.parked);
  return { ...payload, state, booked, exists, waiting };
}
