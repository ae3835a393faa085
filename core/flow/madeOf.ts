/** What the targets of a flow make of one record. */
import { type Fault, faultOf, isRetryable } from '../errors.ts';
import type { CommandType } from '../message.ts';
import type { Expression, FlowRecord, RecordValue } from '../ports.ts';
import { Undecided } from '../steps/Undecided.ts';
import type { Awaitable } from './compiledFlow.ts';
import type { CompiledKey } from './compileKey.ts';
import type { FieldWatch, StepReads } from './FieldWatch.ts';
import type { Finalize } from './finalize.ts';
import { type Draft, keyOf } from './recordKey.ts';

/** What a target makes of a record, where that is not the record itself; what is wrong goes to `faults`. */
export interface MakeDrafts {
  (record: FlowRecord, faults: Fault[], watch?: FieldWatch): Promise<Draft[]>;
  /** Steps of a list in it ask somebody. */
  asks?: boolean;
}

interface AnyTarget {
  when: Expression | undefined;
  make: MakeDrafts | undefined;
  /** What that reads of the record. */
  reads: StepReads;
}

/** A target that is a message. */
export interface MessageTarget extends AnyTarget {
  type: CommandType;
  key: CompiledKey;
  finalize: Finalize;
}

/** A target that gets records handed on. */
export interface SinkTarget extends AnyTarget {
  name: string;
  queue: string;
}

/** A target that is another flow. */
export interface FlowTarget extends AnyTarget {
  flow: string;
}

/** One of those that a record may go to. */
export type CompiledTarget = MessageTarget | SinkTarget | FlowTarget;

/** A message that nothing is wrong with. */
export interface MadeMessage {
  type: CommandType;
  id: string;
  final: { data: RecordValue; told?: Fault[] };
}

/** A record for a sink. */
export interface MadeRecord {
  sink: SinkTarget;
  value: RecordValue;
}

/** A record for another flow. */
export interface MadePassed {
  flow: string;
  value: RecordValue;
}

export type Made = MadeMessage | MadeRecord | MadePassed;

/** All that the targets make of a record, or all that is wrong with any of it. */
export interface MadeOfRecord {
  made: Made[];
  faults: Fault[];
}

/** `watches` are those of the targets. */
export async function madeOf(
  record: FlowRecord,
  targets: readonly CompiledTarget[],
  mode: 'first' | 'all',
  watches: readonly FieldWatch[],
): Promise<MadeOfRecord> {
  const faults: Fault[] = [];
  const made: Made[] = [];
  for (const [index, target] of targets.entries()) {
    try {
      if (target.when && !isRouted(await target.when(record), target)) continue;
      const known = faults.length;
      const drafts = target.make ? await target.make(record, faults, watches[index]) : [record];
      // What could not be made says all: that it is missing besides would say nothing new.
      if (faults.length === known)
        for (const draft of drafts) made.push(...(await madeBy(record, target, draft, faults)));
    } catch (error) {
      // What the world does is no fault of the record.
      if (isRetryable(faultOf(error))) throw error;
      faults.push(faultOf(error));
    }
    if (mode === 'first') break;
  }
  if (faults.length === 0) faults.push(...(made.length === 0 ? [NOTHING_MADE] : repeated(made)));
  return { made, faults };
}

/**
 * What the last of the targets makes of a record, unless one before it takes that; undefined where it does not
 * take it itself.
 */
export async function takenBy(
  record: FlowRecord,
  targets: readonly SinkTarget[],
): Promise<{ values?: RecordValue[]; faults: Fault[] }> {
  const faults: Fault[] = [];
  try {
    for (const target of targets.slice(0, -1))
      if (!target.when || isRouted(await target.when(record), target)) return { faults };
    const own = targets.at(-1)!;
    if (own.when && !isRouted(await own.when(record), own)) return { faults };
    const drafts = own.make ? await own.make(record, faults) : [record];
    return { values: drafts.map(({ value }) => value), faults };
  } catch (error) {
    return { faults: [...faults, faultOf(error)] };
  }
}

/** One of them, or none where something is wrong with it. */
async function madeBy(
  record: FlowRecord,
  target: CompiledTarget,
  draft: Draft,
  faults: Fault[],
): Promise<Made[]> {
  if ('queue' in target) return [{ sink: target, value: draft.value }];
  if ('flow' in target) return [{ flow: target.flow, value: draft.value }];
  const known = faults.length;
  const withId = await attempt(() => keyOf(record, target.key, draft));
  if ('fault' in withId) faults.push(withId.fault);
  const final = target.finalize(draft.value);
  if ('faults' in final) faults.push(...final.faults);
  if (faults.length > known || 'fault' in withId || 'faults' in final) return [];
  return [{ type: target.type, id: withId.value, final }];
}

const NOTHING_MADE: Fault = {
  code: 'RECORD_INVALID',
  message: 'none of the targets in `to` makes a message of the record',
  todo: 'Add a last target without `when`, or a filter before.',
};

/** Two messages of one record under one key. */
function repeated(made: readonly Made[]): Fault[] {
  const ids = made.flatMap((one) => ('id' in one ? one.id : []));
  const again = ids.find((id, index) => ids.indexOf(id) < index);
  if (again === undefined) return [];
  const message = `two messages of the record have the key '${again}'`;
  const todo = 'Tell them apart in the keys of the targets, by $record or $index.';
  return [{ code: 'KEY_REPEATED', message, todo }];
}

/** What something gave, or why it did not. */
export type Attempt<Result> = { value: Result } | { fault: Fault };

export function attempt<Result>(run: () => Awaitable<Result>): Awaitable<Attempt<Result>> {
  const failed = (error: unknown) => ({ fault: faultOf(error) });
  try {
    const value = run();
    return value instanceof Promise ? value.then((later) => ({ value: later }), failed) : { value };
  } catch (error) {
    return failed(error);
  }
}

/** Whether a `when` lets the record through. Throws where a field that decides is missing. */
export function isRouted(fits: unknown, target: CompiledTarget): boolean {
  if (!(fits instanceof Undecided)) return fits === true;
  const to = 'queue' in target ? target.name : 'flow' in target ? target.flow : target.type;
  throw fits.thrown(`the route to ${to}`);
}
