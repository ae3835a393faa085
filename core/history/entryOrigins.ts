import type { LedgerEntry } from '../ledger.ts';
import type { Origin } from '../message.ts';
import type { Books } from '../ports.ts';
import { tupleKey } from '../tupleKey.ts';
import type { StoryOrigin } from './story.ts';

/** By which payloads entries came in, in their order; undefined of what followed from none, or from one that is forgotten. */
export async function entryOrigins(
  store: Books,
  entries: readonly Pick<LedgerEntry, 'source' | 'messageId'>[],
): Promise<(StoryOrigin | undefined)[]> {
  const keys = new Map(
    entries.map(({ source, messageId: id }) => [tupleKey(source, id), { source, id }]),
  );
  const booked = keys.size === 0 ? [] : await store.inbox([...keys.values()]);
  const messages = new Map(booked.map((one) => [tupleKey(one.source, one.id), one]));
  const intakes = [...new Set(booked.map(({ intakeId }) => intakeId))];
  const origins = new Map(
    await Promise.all(intakes.map(async (id) => [id, await originOf(store, id)] as const)),
  );
  return entries.map(({ source, messageId }) => {
    const message = messages.get(tupleKey(source, messageId));
    const origin = message && origins.get(message.intakeId);
    return origin && { flow: origin.flow, file: origin.name, intakeId: origin.intakeId };
  });
}

async function originOf(store: Books, intakeId: string): Promise<Origin | undefined> {
  const [accepted] = await store.accepted({ intakeId }, 1);
  return accepted ?? (await store.intake(intakeId))?.origin;
}
