import { spanOf } from '../history/tracing.ts';
import { commitDecided } from './commitDecided.ts';

type Decided = Parameters<typeof commitDecided>;

/** As commitDecided; the commit is a part of the trace of what it books, and so are its events. */
export async function tracedCommit(
  ...[parts, workspace, outbox, carried, contenthashOf]: Decided
): Promise<number | undefined> {
  const { cameOf, recordedAt } = outbox;
  const attributes = {
    'messaging.batch.message_count': cameOf.length,
    'stockbus.messages': carried.inbox.length,
    'stockbus.parked': carried.parked.length,
  };
  const startedMs = Date.parse(recordedAt);
  const span = spanOf({ name: 'apply', kind: 'consumer', startedMs, attributes }, cameOf);
  outbox.trace = span.context ?? {};
  try {
    const events = await commitDecided(parts, workspace, outbox, carried, contenthashOf);
    span.end({ 'stockbus.conflict': events === undefined, 'stockbus.events': events ?? 0 });
    return events;
  } catch (error) {
    span.end({}, error);
    throw error;
  }
}
