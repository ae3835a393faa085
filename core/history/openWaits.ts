/** What of a story waits still: which is found by what its lines say, and by nothing that happened. */
import { ENDPOINT, endpointFacts } from '../deliver/endpointRow.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { Case } from '../parked/Cases.ts';
import { isClosed } from '../parked/Cases.ts';
import type { Books } from '../ports.ts';
import type { StoryLine, StoryLines } from './story.ts';

/** Calls that failed, and of which no later one was taken: for each subscriber the endpoint says when it is asked again. */
export async function tellUndelivered(store: Books, lines: StoryLines): Promise<void> {
  const all = lines.list();
  const settled = new Set(
    all.filter(({ what }) => what === 'delivered').map(({ facts }) => callOf(facts)),
  );
  const dead = new Set(all.filter(({ what }) => what === 'dead').map(({ facts }) => facts.message));
  const open = new Map<string, StoryLine>();
  for (const line of all) {
    const { what, facts } = line;
    const call = callOf(facts);
    if (what !== 'failed' || settled.has(call) || dead.has(facts.message) || open.has(call))
      continue;
    open.set(call, line);
  }
  if (open.size === 0) return;
  const sinks = [...new Set([...open.values()].map(({ facts }) => String(facts.sink)))];
  const rows = await store.control(ENDPOINT, sinks);
  const states = new Map(rows.map((row) => [row.id, endpointFacts(row)]));
  for (const { at, facts } of open.values()) {
    const { sink, message, call } = facts;
    const { state, nextProbe } = states.get(String(sink)) ?? {};
    // What takes again what it is sent has had it, or will at once: nobody waits for that.
    if (state === undefined || state === 'active') continue;
    const next = nextProbe === undefined ? '' : `, and is asked again at ${nextProbe}`;
    const text = `message ${message} waits for ${sink}, which is ${state}${next}`;
    lines.add('waits', `subscriber ${sink} ${call}`, at, text, {
      ...{ for: 'subscriber', sink, message, call, state },
      ...(nextProbe === undefined ? {} : { dueAt: nextProbe }),
    });
  }
}

const callOf = ({ sink, call }: StoryLine['facts']): string => `${String(sink)} ${String(call)}`;

/** What is booked and not told to subscribers yet: nothing of its moment or later was. */
export async function tellUnrelayed(
  store: Books,
  lines: StoryLines,
  entries: readonly LedgerEntry[],
): Promise<void> {
  if (entries.length === 0 || (await store.backlog()).outbox === 0) return;
  const groups = await store.eventGroups();
  for (const [recordedAt, some] of Map.groupBy(entries, (entry) => entry.recordedAt)) {
    const numbers = groups.map(({ group }) => store.firstRelayed(group, recordedAt));
    if ((await Promise.all(numbers)).some((number) => number !== undefined)) continue;
    const told = some.map(({ sku, seq }) => `${sku}#${seq}`);
    const text = `what is booked as ${told.slice(0, 5).join(', ')} is not told to subscribers yet`;
    const facts = { for: 'relay', entries: told };
    lines.add('waits', `relay ${recordedAt}`, recordedAt, text, facts);
  }
}

/** A parked record or a dead letter that nobody has closed. */
export function tellUnhandled(
  lines: StoryLines,
  { id, of, at }: { id: string; of: Case['of']; at: string },
  one: Pick<Case, 'state' | 'assignee'> | undefined,
): void {
  const { state = 'open', assignee } = one ?? {};
  if (isClosed(state)) return;
  const whom = assignee === undefined ? 'a person' : assignee;
  const what = of === 'dead' ? `dead letter ${id}` : `parked record ${id}`;
  lines.add('waits', `person ${id}`, at, `${what} waits for ${whom}`, {
    ...{ for: 'person', state, assignee },
    ...(of === 'dead' ? { deadId: id } : { parkedId: id }),
  });
}
