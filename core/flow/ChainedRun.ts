/** One payload through a flow, and what it hands to other flows through those, whose messages come with its own. */
import { type Fault, StockbusError } from '../errors.ts';
import type { AboutPayload, SourceRecord } from '../ports.ts';
import type { SpoolFolder } from '../spool/SpoolFolder.ts';
import type { ContinuedFlow, InboundResult, InboundRun, PassedRecord } from './compiledFlow.ts';
import type { ReadField } from './FieldWatch.ts';

/** The flows that take what others hand to them, by name. */
export type ContinuedFlows = ReadonlyMap<string, ContinuedFlow>;

interface Link {
  flow: ContinuedFlow;
  run: InboundRun;
}

export class ChainedRun implements InboundRun {
  readonly #first: InboundRun;
  /** Each behind all that may hand to it. */
  readonly #links: readonly Link[];

  constructor(
    first: InboundRun,
    flows: readonly ContinuedFlow[],
    spool: SpoolFolder,
    payload: AboutPayload | undefined,
  ) {
    this.#first = first;
    this.#links = flows.map((flow) => ({ flow, run: flow.makeRun(spool, payload) }));
  }

  async push(records: readonly SourceRecord[]): Promise<InboundResult> {
    return this.#settled(await this.#first.push(records), 0);
  }

  async *flush(): AsyncGenerator<InboundResult> {
    for await (const result of this.#first.flush()) yield await this.#settled(result, 0);
    for (const [index, { flow, run }] of this.#links.entries()) {
      for await (const result of run.flush())
        yield await this.#settled(ofOther(result, flow), index + 1);
    }
  }

  get gathers(): boolean {
    return this.#first.gathers || this.#links.some(({ run }) => run.gathers);
  }

  told(): Fault[] {
    const others = this.#links.flatMap(({ flow, run }) =>
      run.told().filter(({ code }) => !flow.allow.includes(code)),
    );
    return [...this.#first.told(), ...others];
  }

  /** Of the payload itself. */
  neverSeen(): readonly ReadField[] {
    return this.#first.neverSeen();
  }

  async close(): Promise<void> {
    await this.#first.close();
    for (const { run } of this.#links) await run.close();
  }

  /** The result with what the flows from that one on make of what was handed to them. */
  async #settled(result: InboundResult, from: number): Promise<InboundResult> {
    let waiting = takePassed(result);
    for (const { flow, run } of this.#links.slice(from)) {
      if (waiting.length === 0) break;
      const own = waiting.filter((one) => one.flow === flow.name);
      if (own.length === 0) continue;
      const made = ofOther(await run.push(own.map(({ read }) => read)), flow);
      waiting = [...waiting.filter((one) => one.flow !== flow.name), ...takePassed(made)];
      merge(result, made);
    }
    return result;
  }
}

/** What it handed to other flows accounts there for nothing: it does so here. */
function takePassed(result: InboundResult): PassedRecord[] {
  const { passed = [] } = result;
  delete result.passed;
  for (const { records } of passed) result.passedOn = (result.passedOn ?? 0) + records;
  return passed;
}

/** As of a flow that took the records of another: each says whose it is, and accounts for none of the payload. */
function ofOther(result: InboundResult, { source, allow }: ContinuedFlow): InboundResult {
  const { filtered, droppedParts = 0, passed = [], ...rest } = result;
  const others: InboundResult = { ...rest, filtered: 0, droppedParts: droppedParts + filtered };
  others.messages = result.messages.map(({ told, ...one }) => {
    const hints = told?.filter(({ code }) => !allow.includes(code)) ?? [];
    return { source, ...one, records: 0, ...(hints.length > 0 ? { told: hints } : {}) };
  });
  others.parked = result.parked.map((one) => ({ ...one, records: 0 }));
  if (result.handed) others.handed = result.handed.map((one) => ({ source, ...one, records: 0 }));
  if (passed.length > 0) others.passed = passed.map((one) => ({ ...one, records: 0 }));
  return others;
}

function merge(
  into: InboundResult,
  { messages, parked, handed, droppedParts = 0 }: InboundResult,
): void {
  into.messages.push(...messages);
  into.parked.push(...parked);
  if (handed) into.handed = [...(into.handed ?? []), ...handed];
  if (droppedParts > 0) into.droppedParts = (into.droppedParts ?? 0) + droppedParts;
}

/** Those that a flow hands to, and those that they do in turn, each behind all that hand to it. */
export function flowsBehind(names: readonly string[], flows: ContinuedFlows): ContinuedFlow[] {
  const behind: ContinuedFlow[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const flow = flows.get(name);
    if (!flow) throw new StockbusError('FLOW_UNKNOWN', `there is no sound flow '${name}'`);
    for (const next of flow.handsTo.keys()) visit(next);
    behind.unshift(flow);
  };
  for (const name of names) visit(name);
  return behind;
}
