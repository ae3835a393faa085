/** Stages are verbs over records that wait for other records, or for a time. */

import type { Fault } from '../errors.ts';
import type { Origin, TraceContext } from '../message.ts';
import type { Field } from '../spec.ts';
import type { RecordValue, SourceRecord } from './codec.ts';
import type { AboutPayload, Inputs, Shape, StepPlace } from './step.ts';

/** A record that a stage has, with all that the steps behind it and who corrects it need. Plain JSON. */
export interface StagedRecord {
  /** The same whenever the same record comes again. */
  id: string;
  /** What it waited under, where that is not its own id: records of one key go on in their order. */
  key?: string;
  value: RecordValue;
  /** As it was read. */
  source: RecordValue;
  record: number;
  line?: number;
  payload?: AboutPayload;
  origin: Origin;
  /** When its payload came in. */
  at: string;
  /** Who sent it. */
  actor: string;
  trace?: TraceContext;
  /** Those that it was made of, where they were several. */
  members?: SourceRecord[];
  /** What was wrong with it before it came, where the stage sees that. */
  faults?: Fault[];
}

/** A record that comes to a stage. */
export interface StageArrival extends StagedRecord {
  /** What it is kept under. */
  key: string;
  /** Values of the stage's inputs. */
  given: RecordValue;
  /** Of what another flow made, for which records of this one wait: the name of that flow. */
  from?: string;
}

/** A record that leaves a stage. */
export interface LeavingRecord extends StagedRecord {
  /** It is parked with these. */
  faults?: Fault[];
  /** It ends here, and is counted with what filters dropped. */
  isDropped?: true;
  /** Of which flow it is, where that is another than that of the stage. */
  flow?: string;
}

/** What is kept under a key, for a decision. */
export interface StageKept<State, Member> {
  state: State | undefined;
  /** What was added and has neither left nor been dropped, by its id, oldest first; left out: it has not been read. */
  members?: ReadonlyMap<string, Member>;
  /** What comes has been added before, and has not been forgotten. */
  isKnown: boolean;
}

export interface StageDecision<State = unknown, Member = unknown> {
  /** What is kept from now on; left out: nothing, no member either. */
  state?: State;
  /** Members whose ids are forgotten. */
  drops?: readonly string[];
  /** New members, behind all others; without a value only the id is known. No other member has the id. */
  adds?: readonly { id: string; value?: Member }[];
  /** Members that are needed no more. Their ids stay known for `stageForgetMs`, and as long after as suits. */
  left?: readonly string[];
  out: LeavingRecord[];
}

/** `members`: it cannot be said without what was added before. */
export type StageAnswer<State = unknown, Member = unknown> =
  | StageDecision<State, Member>
  | 'members';

/**
 * A stage at work. It is pure: what it decides follows from what it is given, so that a decision that was not written can
 * be made again. State is read and written for each record, so it is small; what may be large, or many, is added as members,
 * which are written once and read when a decision cannot do without. Both are plain JSON, and are not changed in
 * place; where nothing changes the state is the same object. Times are RFC 3339 in UTC. The same record may come again
 * at any time, and `due` may be called again, or too early: both must then change nothing. A StockbusError that
 * `arrive` throws parks the record.
 */
export interface Stage<State = unknown, Member = unknown> {
  /** The id of the member that is made of what comes; left out: the state says itself what it knows. */
  idOf?(arrival: StageArrival): string;
  arrive(
    kept: StageKept<State, Member>,
    arrival: StageArrival,
    now: string,
  ): StageAnswer<State, Member>;
  /** How many records wait in it, for who looks. */
  waiting(state: State): number;
  /** When `due` is to be called at the latest. */
  dueAt(state: State): string;
  due(kept: StageKept<State, Member> & { state: State }, now: string): StageAnswer<State, Member>;
  /**
   * The state once something that belongs to it was parked for itself, since `arrive` threw or there was no room; also
   * where that came first.
   */
  spoilt?(state: State | undefined, fault: Fault, arrival: StageArrival, now: string): State;
}

/** Where a stage stands in its flow, and what is known there. */
export interface StageTools extends StepPlace {
  /** What each of the awaited flows makes; none where it is not known of all. */
  awaited: readonly Shape[];
}

/**
 * A verb before which records wait in a queue, and whose state lies in the store. It declares what it does and evaluates
 * nothing itself; an input named `key` is what records are kept under, without it each is kept alone.
 */
export interface StageSpec<Options = unknown> {
  name: string;
  about: string;
  options: Field<Options>;
  examples: string[];
  /**
   * What tells it from others of its kind in a flow, whatever stands around it: its `name`, or what it waits for. What it
   * keeps is found by that; left out: by no more than its kind.
   */
  called(options: Options): string | undefined;
  /** Records with faults come to it as well, where their key can be told: each spoils what it belongs to. */
  seesFaults?: true;
  /** Where a step has its name too: whether the stage is meant. */
  means?(options: unknown): boolean;
  shape(options: Options, before: Shape, tools: StageTools): Shape;
  inputs(options: Options, place: StepPlace): Inputs;
  /** Flows whose messages it waits with, and the expression over those that gives their key; left out: their id. */
  awaits?(options: Options): { flows: readonly string[]; match?: string };
  make(options: Options, place: StepPlace): Stage;
  /** The record that waits as this member, if one does, whatever the options are: for a stage that no flow has any more. */
  recordOf(member: unknown): StagedRecord | undefined;
}
