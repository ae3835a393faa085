/** Drops kept answers as events say that something of their SKU was booked, by whatever process. */
import { faultOf } from '../../errors.ts';
import type { MovedReference } from '../../relay/movedText.ts';
import { isWithoutText, type RelayedEvents } from '../../relayedEvents.ts';
import type { EventSource } from '../events/LiveEvents.ts';
import { StreamCursor } from '../events/StreamCursor.ts';
import type { ReadCache } from './ReadCache.ts';

/** Of more than this at once nobody looks which SKUs they are of. */
const MOST_EVENTS = 512;

/**
 * Until the signal ends it. `begun` is called once nothing that is booked from then on is missed. It joins the look that
 * readers of /v1/events share.
 */
export async function forgetBooked(
  cache: Pick<ReadCache, 'forget' | 'clear'>,
  source: EventSource,
  signal: AbortSignal,
  begun: () => void,
): Promise<void> {
  const { tail } = source;
  const ended = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  tail.join();
  try {
    await tail.look();
    const cursor = StreamCursor.after(tail.groups);
    begun();
    while (!signal.aborted) {
      const moved = tail.moved();
      await forgetSince(cache, source, cursor);
      await Promise.race([moved, ended]);
    }
  } finally {
    tail.leave();
  }
}

async function forgetSince(
  cache: Pick<ReadCache, 'forget' | 'clear'>,
  { tail, pages, runtime }: EventSource,
  cursor: StreamCursor,
): Promise<void> {
  const behind = tail.groups.filter(({ group, last }) => last !== cursor.of(group));
  const events = behind.map(({ group, last }) => last - cursor.of(group));
  // Numbers that went back are of books that were put back.
  const isMuch =
    Math.min(0, ...events) < 0 || events.reduce((sum, one) => sum + one, 0) > MOST_EVENTS;
  try {
    if (isMuch) cache.clear();
    else for (const one of behind) await forgetGroup(cache, pages, one, cursor);
  } catch (error) {
    cache.clear();
    const { code, message } = faultOf(error);
    runtime.log('warn', 'events.waits', { code, message });
  }
  for (const { group, last } of behind) cursor.moveTo(group, last);
}

async function forgetGroup(
  cache: Pick<ReadCache, 'forget' | 'clear'>,
  pages: EventSource['pages'],
  { group, last }: { group: string; last: number },
  cursor: StreamCursor,
): Promise<void> {
  while (cursor.of(group) < last) {
    const records = await pages.records({ group, after: cursor.of(group) });
    const skus = new Set<string>();
    for (const record of records) {
      cursor.moveTo(group, record.number + record.count - 1);
      for (const sku of await skusOf(pages, group, record)) skus.add(sku);
    }
    if (skus.size > 0) cache.forget(skus);
    if (records.length === 0 || records.some(isWithoutText)) cache.clear();
    if (records.length === 0) return;
  }
}

async function skusOf(
  pages: EventSource['pages'],
  group: string,
  record: RelayedEvents,
): Promise<string[]> {
  // What is refused changes no stock.
  if (isWithoutText(record) || record.topic === 'stock.rejected.v1') return [];
  if (record.topic === 'stock.changed.v1') {
    return (JSON.parse(record.body) as MovedReference).moved.map(([sku]) => sku);
  }
  const events = await pages.events(group, record);
  return events.flatMap(({ lines }) => lines.map(({ sku }) => sku));
}
