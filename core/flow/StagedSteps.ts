import type { AboutPayload, FlowRecord } from '../ports.ts';
import { type DocumentPart, DocumentParts } from '../spool/DocumentParts.ts';
import type { SpoolFolder } from '../spool/SpoolFolder.ts';
import type { Awaitable } from './compiledFlow.ts';
import { DropTally } from './dropTally.ts';
import type { ReadField } from './FieldWatch.ts';
import type { GatheredSource } from './GatheredSource.ts';
import { type RunningStep, StepRun } from './runSteps.ts';
import type { Turns } from './Turns.ts';

interface Stage {
  steps: StepRun;
  /** What its last step gave out, where that joins parts of documents. */
  held?: { parts: DocumentParts; last: RunningStep };
}

/**
 * The steps of a flow into stock. One that joins parts of documents is a border: what comes after it
 * sees no document before the end of the payload.
 */
export class StagedSteps {
  readonly tally = new DropTally();
  readonly #stages: Stage[] = [];
  readonly #steps: readonly RunningStep[];

  readonly #sources: GatheredSource;
  readonly #payload: AboutPayload | undefined;

  constructor(
    steps: readonly RunningStep[],
    turns: Turns,
    spool: SpoolFolder,
    sources: GatheredSource,
    payload?: AboutPayload,
  ) {
    this.#payload = payload;
    this.#steps = steps;
    this.#sources = sources;
    let first = 0;
    for (const [index, last] of steps.entries()) {
      if (!last.step.join) continue;
      const stage = new StepRun(steps.slice(first, index + 1), turns, this.tally);
      this.#stages.push({ steps: stage, held: { parts: new DocumentParts(spool), last } });
      first = index + 1;
    }
    this.#stages.push({ steps: new StepRun(steps.slice(first), turns, this.tally) });
  }

  get gathers(): boolean {
    return this.#stages.length > 1;
  }

  push(records: FlowRecord[]): Awaitable<FlowRecord[]> {
    const [first] = this.#stages as [Stage];
    const given = first.steps.push(records);
    if (!first.held) return given;
    return given instanceof Promise ? given.then((late) => hold(first, late)) : hold(first, given);
  }

  /** What the steps held back, a block at a time. */
  flush(): AsyncGenerator<FlowRecord[]> {
    return this.#out(this.#stages.length - 1);
  }

  async *#out(index: number): AsyncGenerator<FlowRecord[]> {
    const stage = this.#stages[index]!;
    if (index > 0) {
      for await (const documents of this.#documents(index - 1))
        yield hold(stage, await stage.steps.push(documents));
    }
    yield hold(stage, await stage.steps.flush());
  }

  /** What a stage before a border gave out, once it is known to be whole. */
  async *#documents(index: number): AsyncGenerator<FlowRecord[]> {
    yield* this.#out(index);
    const { parts, last } = this.#stages[index]!.held!;
    for await (const block of parts.documents((several) => last.step.join!(several))) {
      for (const document of block) {
        if (this.#payload) document.payload = this.#payload;
        this.#sources.check(document);
      }
      yield block;
    }
  }

  /** Fields that the steps read and no record had. */
  neverSeen(): ReadField[] {
    return this.#steps.flatMap(({ watch }) => watch?.neverSeen() ?? []);
  }

  async close(): Promise<void> {
    for (const { held } of this.#stages) await held?.parts.close();
  }
}

/** Keeps the parts of documents; what belongs to none goes on. */
function hold({ held }: Stage, records: FlowRecord[]): Awaitable<FlowRecord[]> {
  if (!held) return records;
  const others: FlowRecord[] = [];
  for (let index = 0; index < records.length; index += 1) {
    const record = records[index]!;
    if (record.torn) held.parts.doubt(record);
    const waiting = record.by === undefined ? undefined : held.parts.add(record as DocumentPart);
    if (record.by === undefined) others.push(record);
    if (waiting) return holdRest(held.parts, waiting, records.slice(index + 1), others);
  }
  return others;
}

async function holdRest(
  parts: DocumentParts,
  waiting: Promise<void>,
  records: readonly FlowRecord[],
  others: FlowRecord[],
): Promise<FlowRecord[]> {
  await waiting;
  for (const record of records) {
    if (record.torn) parts.doubt(record);
    if (record.by === undefined) others.push(record);
    else await parts.add(record as DocumentPart);
  }
  return others;
}
