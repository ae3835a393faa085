/** Steps are verbs over records. */

import type { Fault, Place } from '../errors.ts';
import type { FaultSink, Field, Path } from '../spec.ts';
import type { RecordValue, SourceRecord } from './codec.ts';
import type { ConnectorSpec } from './connector.ts';

/** What a flow may read of the payload itself, as `$payload`. Times are RFC 3339 in UTC. */
export interface AboutPayload {
  /** Name of the file, or path of the request. */
  readonly file: string;
  /** When its file was last changed, where it was one. */
  readonly modified?: string;
  /** When it came in; the same when a claimed file is read again after a crash. */
  readonly received: string;
  /** Of a request by HTTP, by their names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of its bytes, in hex; made only for flows that read it. */
  readonly sha256?: string;
}

/** A record on its way through a flow. */
export interface FlowRecord {
  /** What the steps work on. */
  value: RecordValue;
  /** The record as it was read (the first of them after a group): `key` is taken from it. */
  source: RecordValue;
  record: number;
  line?: number;
  /** It could not be read: whatever its fields say may stand in the wrong one, its document too. */
  torn?: true;
  /** Set once the record is bad: later steps pass it by and it is parked. */
  faults?: Fault[];
  /** Rules that it breaks leave it as it was: what a later step cannot read of it does not follow from them. */
  breaksRules?: true;
  /** Hints about it (codes made with `hint` in errors.ts): it is booked, and they are told. */
  told?: Fault[];
  /** After a group: all records that it was made of, for parking. */
  members?: SourceRecord[];
  /** Set where it is a part of the document of this name, which other parts may still join. */
  by?: string | undefined;
  /** Set, with `raw`, where it could not be read: both as its SourceRecord has them. */
  fault?: Fault;
  raw?: string;
  /** Where the flow reads any of it. */
  payload?: AboutPayload | undefined;
  /** Before a stage: values of its inputs, with its key as text. */
  staged?: RecordValue;
  /** Of an element on its way through the steps of its list, as its Scope has them. */
  outer?: RecordValue;
  index?: number;
  root?: RecordValue;
  /** Elements of its lists that steps dropped there. */
  droppedElements?: number;
  /** Elements of its lists are bad, so that a list of it lacks them. */
  lacksElements?: true;
}

export type Emit = (record: FlowRecord) => void;

/**
 * A step at work on one payload, or on one list of a record: it keeps no state between them. It is synchronous and pure; the
 * engine evaluates its `inputs` for each record and hands it their values. It throws a StockbusError for
 * a bad record, which is then parked; it never sees a record that has faults, unless it declares
 * `seesFaults` (group does: a bad row spoils its document).
 */
export interface Step {
  readonly seesFaults?: boolean;
  /** An input that gives nothing, or that failed, has no value. */
  push(record: FlowRecord, values: RecordValue, emit: Emit): void;
  /** After the last record: gives out what it held back. */
  flush?(emit: Emit): void;
  /**
   * Of a step that gives out parts of documents: the engine keeps them to the end of the payload, and
   * has those of one document joined, in their order. Several only where they cannot be joined.
   */
  join?(parts: readonly FlowRecord[]): readonly FlowRecord[];
}

/** What a record looks like to an expression. */
export interface Scope {
  readonly value: RecordValue;
  readonly source: RecordValue;
  readonly record: number;
  /** Inside `lines: { each, steps, map }` the record around the element; for `key` the mapped record. */
  readonly outer?: RecordValue;
  /** Inside `lines: { each, steps, map }` the position of the element among all of `each`, from 0. */
  readonly index?: number | undefined;
  /** The record of the payload, where `source` is a part of it; else the first of `members`, or `source`. */
  readonly root?: RecordValue | undefined;
  readonly members?: readonly SourceRecord[];
  readonly payload?: AboutPayload | undefined;
}

export type Expression = (scope: Scope) => unknown;

/** A table of config/tables: the first column is the key. */
export interface LookupTable {
  readonly name: string;
  /** All columns in order, the key first. */
  readonly columns: readonly string[];
  readonly rows: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/**
 * What is known of the records between two steps. Lint, source columns and editors follow it, and know
 * no step by its name.
 */
export interface Shape {
  /** As messages name such a record: `the record after map`. */
  readonly of: string;
  /**
   * Fields beside those named here: `payload` has all that the record was read with, `unknown` may have
   * any, `none` has no others.
   */
  readonly others: 'payload' | 'unknown' | 'none';
  /** Fields that steps gave, each with the place in the flow; those of events have none. */
  readonly fields: ReadonlyMap<string, Path | undefined>;
  /** By its name a list of which it is known what its elements have. */
  readonly lists: ReadonlyMap<string, ReadonlyMap<string, Path | undefined>>;
  /** What is known of whole records that the steps keep in a field, each with the place that gives it. */
  readonly records?: readonly { readonly at: Path; readonly shape: Shape }[];
  /** The lists of whose elements fields came that nobody knows. */
  readonly elementsOf?: readonly Path[];
  /** Where the record was made, for what it lacks. */
  readonly madeAt: Path;
  /** False once `$source` is a part of the record that was read. */
  readonly whole: boolean;
  /**
   * Set once rows were gathered to documents, so that `$source` is the first of several; `apart` where each of
   * them stands in a field of its own.
   */
  readonly gathered?: true | 'apart';
  /** What was asked of the world: another time it may answer otherwise. */
  readonly answers?: readonly AnsweredField[];
}

/** A field that holds an answer, or the time of the hub. */
export interface AnsweredField {
  /** The place that gives it. */
  readonly at: Path;
  /** Its name, as messages name it. */
  readonly field: string;
  /** It is of the books, which a flow into stock changes itself. */
  readonly ofBooks: boolean;
  /** The clock gave it; `received`: as the date of a document, the time at which the payload came in. */
  readonly ofClock?: true | 'received';
}

/** An expression that the engine evaluates for a step, or several in the form that is wanted. */
export type Input =
  | { readonly constant: unknown }
  /**
   * `field`: as messages name what it fills, such as `lines.sku`. `finds`: the fields that are found by
   * its value. `mayFail`: what fails is no fault of the record yet; the step is given a `Failed` (core/steps).
   */
  | {
      readonly expression: string;
      readonly path: Path;
      readonly field?: string;
      readonly finds?: readonly string[];
      readonly mayFail?: true;
    }
  /** Its value is true, false, or an `Undecided` (core/steps), which says what is missing. */
  | { readonly test: string; readonly path: Path }
  | { readonly fields: Inputs }
  /**
   * A list with an entry for each element, in whose expressions `$parent` and `$index` are known. It is
   * empty where `each` gives nothing, or, when it may be, left out.
   */
  | {
      readonly each: { readonly expression: string; readonly path: Path };
      /** What the elements go through before. */
      readonly steps?: readonly ListStep[];
      readonly of: Inputs;
      readonly field: string;
      readonly mayLack: boolean;
    };

export type Inputs = Readonly<Record<string, Input>>;

/** What a step must ask of the world, for all records of a batch at once, before they are pushed. */
export interface StepNeed {
  /** Who answers, by name among `HubParts.answers`. */
  port: string;
  /** The input whose values are the questions. */
  question: string;
  /** The value under which `push` finds the answer. */
  answer: string;
  /** Where a connector of the kind `port` is asked: its name, which stands in the options under that of its kind. */
  connector?: string;
  terms?: AnswerTerms;
}

export interface AnswerTerms {
  /** For how long an answer holds; 0: for the batch. */
  readonly cacheMs: number;
  /** How long one question may take. */
  readonly timeoutMs: number;
}

/** Who asks, and whom. */
export interface Asking {
  /** Place of the step. */
  readonly at: Place;
  readonly connector?: {
    readonly name: string;
    readonly spec: ConnectorSpec;
    readonly config: unknown;
  };
  readonly terms?: AnswerTerms;
}

/**
 * Answers in the order of the questions; nothing where it has none, and a StockbusError where a question is
 * of no use, which parks its record alone. Rejects when the world is wrong.
 */
export type Answers = (
  questions: readonly unknown[],
  asking: Asking,
) => Promise<readonly unknown[]>;

/** Where a step stands in its flow. */
export interface StepPlace {
  /** Of its options. */
  readonly path: Path;
  /** Of the canonical target: fields that its lines know, those of them that mean the same in the
   *  document, and its lists that may be left out; empty outbound. */
  readonly target: {
    readonly line: ReadonlySet<string>;
    readonly shared: ReadonlySet<string>;
    readonly optional: ReadonlySet<string>;
  };
  /** A fault of the step's own options. */
  readonly report: FaultSink;
}

/** A step as it stands in a flow. */
export interface NamedStep {
  readonly name: string;
  readonly spec: StepSpec;
  readonly options: unknown;
}

/** One that elements of a list go through, in the order of the flow. */
export interface ListStep extends NamedStep {
  readonly place: StepPlace;
}

/** What the compiler lends to a step. */
export interface StepTools extends StepPlace {
  table(name: string, path: Path): LookupTable;
}

/** A verb over records. It declares what it does and evaluates nothing itself. */
export interface StepSpec<Options = unknown> {
  name: string;
  about: string;
  options: Field<Options>;
  /** The same where lists in it may have steps of their own. */
  withSteps?(steps: Field<readonly NamedStep[]>): Field<Options>;
  /** Where another has the same name: whether this one is meant by these options. */
  means?(options: unknown): boolean;
  /** Of one that cannot stand among the steps of a list: why. */
  notInLists?: string;
  examples: string[];
  /** What it does to the fields that are known. */
  shape(options: Options, before: Shape, place: StepPlace): Shape;
  /** Expressions over the record that comes in; their values go to `push`. */
  inputs(options: Options, place: StepPlace): Inputs;
  needs?(options: Options): StepNeed | undefined;
  /** Called once when the flow is compiled; the result makes a step for each payload, or for each list. */
  make(options: Options, tools: StepTools): () => Step;
}
