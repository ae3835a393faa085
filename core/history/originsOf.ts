import type { InboxRecord } from '../ledger.ts';
import type { Origin } from '../message.ts';
import { tupleKey } from '../tupleKey.ts';
import type { StoryLine, StoryOrigin } from './story.ts';

/** Of what came in by a payload, which one that was; by the id of the line. */
export async function originsOf(
  lines: readonly StoryLine[],
  booked: ReadonlyMap<string, InboxRecord>,
  payload: (intakeId: string) => Promise<Origin | undefined>,
): Promise<Map<string, StoryOrigin>> {
  const origins = new Map<string, StoryOrigin>();
  for (const { id, facts } of lines) {
    const { source, messageId } = facts;
    const message = booked.get(tupleKey(String(source), String(messageId)));
    const intakeId = facts.intakeId ?? message?.intakeId;
    if (typeof intakeId !== 'string') continue;
    const origin = await payload(intakeId);
    if (!origin) continue;
    const { flow, name: file } = origin;
    const { record } = facts;
    const isPart = typeof record === 'number' && record > 0;
    origins.set(id, { flow, file, intakeId, ...(isPart ? { record } : {}) });
  }
  return origins;
}
