/** What a record was before and after each step, as it is kept. */
import type { Fault, Place } from '../errors.ts';
import { formatPlace } from '../errors.ts';
import type { WalkedStep } from '../flow/compiledFlow.ts';
import { limits } from '../limits.ts';
import type { FlowRecord, RecordValue, SourceRecord } from '../ports.ts';

/** Why there is one. */
export type PictureReason = 'error' | 'sampled' | 'full';

export interface SnapshotBody {
  v: 1;
  why: PictureReason;
  steps: SnapshotStep[];
}

export interface SnapshotStep {
  /** `read` of what the codec gave, else the step. */
  step: string;
  /** Where the step stands: file:line:col. */
  at?: string;
  /** The record after it, or the records; left out where that is as before. */
  value?: unknown;
  faults?: Fault[];
}

/** `read, filter (as before), map (MESSAGE_INVALID)` */
export const snapshotWords = (steps: readonly SnapshotStep[]): string =>
  steps
    .map(({ step, value, faults }) => {
      const code = faults?.[0]?.code;
      return `${step}${code ? ` (${code})` : value === undefined ? ' (as before)' : ''}`;
    })
    .join(', ');

/** The text of a snapshot, in which the values of some fields are hidden, whatever record they are in. */
export class Picture {
  readonly #why: PictureReason;
  readonly #hidden: ReadonlySet<string>;
  /** What is hidden, as a fault may quote it. */
  readonly #values = new Set<string>();
  readonly #steps: SnapshotStep[] = [];
  #before = '';
  #characters = 0;

  constructor(why: PictureReason, hidden: ReadonlySet<string>, read: readonly SourceRecord[]) {
    this.#why = why;
    this.#hidden = hidden;
    this.#add(
      'read',
      undefined,
      read.map(({ value }) => value),
      [],
    );
  }

  after({ step, at, records }: WalkedStep): void {
    const faults = records.flatMap((record: FlowRecord) => record.faults ?? []);
    this.#add(
      step,
      at,
      records.map(({ value }) => value),
      faults,
    );
  }

  /** Of what the flow makes at its end: why that is parked. */
  parked(faults: readonly Fault[]): void {
    const known = this.#steps.some((step) => step.faults?.[0]?.code === faults[0]?.code);
    if (!known) this.#steps.push({ step: 'to', faults: faults.map(this.#told) });
  }

  text(): string {
    const body: SnapshotBody = { v: 1, why: this.#why, steps: this.#steps };
    return JSON.stringify(body);
  }

  #add(
    step: string,
    at: Place | undefined,
    values: readonly RecordValue[],
    faults: readonly Fault[],
  ): void {
    const text = JSON.stringify(values.length === 1 ? values[0] : values, this.#shown);
    const isSame = text === this.#before;
    this.#before = text;
    const isKept = !isSame && this.#characters + text.length <= limits.snapshotCharacters;
    if (isKept) this.#characters += text.length;
    this.#steps.push({
      step,
      ...(at ? { at: formatPlace(at) } : {}),
      ...(isSame ? {} : { value: isKept ? (JSON.parse(text) as unknown) : TOO_LARGE }),
      ...(faults.length > 0 ? { faults: faults.map(this.#told) } : {}),
    });
  }

  readonly #shown = (name: string, value: unknown): unknown => {
    if (!this.#hidden.has(name)) return typeof value === 'bigint' ? String(value) : value;
    this.#hide(value);
    return HIDDEN;
  };

  #hide(value: unknown): void {
    if (value === null || value === undefined) return;
    if (typeof value === 'object') for (const part of Object.values(value)) this.#hide(part);
    else if (String(value).length >= QUOTED_CHARACTERS) this.#values.add(String(value));
  }

  readonly #told = (fault: Fault): Fault => {
    const { message, causes } = fault;
    let text = message;
    const longest = [...this.#values].sort((one, other) => other.length - one.length);
    for (const value of longest) text = text.replaceAll(value, HIDDEN);
    return { ...fault, message: text, ...(causes ? { causes: causes.map(this.#told) } : {}) };
  };
}

/** What is shorter stands in many a sentence by chance. */
const QUOTED_CHARACTERS = 3;

const HIDDEN = '***';
const TOO_LARGE = '(too large to be kept)';
