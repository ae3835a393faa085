import { sourceOf } from '../message.ts';
import { type Books, COMMANDER, type ControlStore } from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import type { Runtime } from '../runtime.ts';

/** Sources under which flows have booked: not those of callers who send commands themselves. */
export async function sourcesOfFlows(
  store: Pick<Books, 'sources' | 'controlRows'>,
): Promise<string[]> {
  const senders = new Set<string>();
  for await (const { id } of rowsOf((page) => store.controlRows({ kind: COMMANDER }, page)))
    senders.add(sourceOf({ source: id }));
  return (await store.sources()).filter((source) => !senders.has(source));
}

/** Once for each: no flow will ever have that source. */
export async function noteCommander(
  store: Pick<Books, 'control'> & Pick<ControlStore, 'changeControl'>,
  runtime: Pick<Runtime, 'newId' | 'now'>,
  source: string,
): Promise<void> {
  const [known] = await store.control(COMMANDER, [source]);
  if (known) return;
  const since = new Date(runtime.now()).toISOString();
  const row = { state: 'known', since, words: [], body: JSON.stringify({ v: 1 }) };
  // Of two who note it at once it is noted by one.
  await store.changeControl(runtime.newId(), [{ kind: COMMANDER, id: source, expected: '', row }]);
}
