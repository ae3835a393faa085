/** The payloads of one test through their flows, and what that shows of these. */
import { type Fault, isRetryable, isStockbusError } from '../../errors.ts';
import { keepIn } from '../../intake/KeptBody.ts';
import { sourceOf } from '../../message.ts';
import type { SpoolFolder } from '../../spool/SpoolFolder.ts';
import type { CompiledFlow, InboundFlow, InboundResult, InboundRun } from '../compiledFlow.ts';
import type { ReadField } from '../FieldWatch.ts';
import { aboutSample } from './aboutSample.ts';
import { headersOf } from './headersOf.ts';
import { takenInTurn } from './inboundOutcome.ts';
import { PublishedBatches } from './PublishedBatches.ts';
import type { WrittenCase, WrittenTests } from './readFlowTests.ts';
import type { SampleClock } from './SampleClock.ts';

/** Records of one sample that are looked at. */
const RECORDS = 1_000;

/** What payloads show of one flow. */
export interface SeenOfFlow {
  hasMade: boolean;
  neverSeen: readonly ReadField[];
}

export interface RanSample extends SeenOfFlow {
  /** `payload`: its name, where there are several. */
  parked: { record: number; faults: readonly Fault[]; payload?: string }[];
  /** Of messages of one payload. */
  keys: { id: string; record: number }[];
  refused?: Fault;
  /** Of several payloads, what they show of other flows. */
  others: (SeenOfFlow & { flow: string })[];
}

interface Around {
  spool: SpoolFolder;
  clock: SampleClock;
  flows: readonly CompiledFlow[];
  payload(file: string): AsyncIterable<Uint8Array>;
}

/** Undefined where only the test itself can see what comes of it. */
export async function runSample(
  flow: InboundFlow,
  tests: WrittenTests,
  written: WrittenCase,
  around: Around,
): Promise<RanSample | undefined> {
  const { given } = written;
  const ran =
    given.comes || flow.stages.length > 0
      ? await runInTurn(flow, tests, written, around)
      : await runAlone(flow, tests, written, around);
  // What it asks of the books, or nobody has given.
  return ran?.refused && isRetryable(ran.refused) ? undefined : ran;
}

const besides = ({ file }: WrittenTests, input: string): string =>
  `${file.slice(0, file.lastIndexOf('/') + 1)}${input}`;

async function runAlone(
  flow: InboundFlow,
  tests: WrittenTests,
  { given }: WrittenCase,
  { spool, payload, clock }: Around,
): Promise<RanSample | undefined> {
  if (given.input === undefined && given.payload === undefined) return undefined;
  const name = given.name ?? given.input?.split('/').at(-1) ?? `payload.${flow.read.extension}`;
  async function* bytes(): AsyncIterable<Uint8Array> {
    if (given.payload !== undefined) yield Buffer.from(given.payload);
    else yield* payload(besides(tests, given.input!));
  }
  const { contentType: _, ...headers } = headersOf(given);
  const sample = { name, body: bytes(), ...headers };
  const { about, body } = await aboutSample(flow, sample, clock.runtime.now());
  const run = flow.makeRun(spool, about);
  const ran: RanSample = { hasMade: false, parked: [], keys: [], neverSeen: [], others: [] };
  const add = ({ messages, parked }: InboundResult): void => {
    ran.hasMade ||= messages.length > 0;
    ran.keys.push(...messages.map(({ id, record }) => ({ id, record })));
    ran.parked.push(...parked.map(({ record, faults }) => ({ record, faults })));
  };
  try {
    let isWhole = true;
    const asStated = flow.allow.includes('ENCODING_CONFLICT');
    const context = { name, asStated, keep: keepIn(spool) };
    for await (const records of flow.read.codec.read(body, context)) {
      add(await run.push(records));
      isWhole = (records.at(-1)?.record ?? 0) < RECORDS;
      if (!isWhole) break;
    }
    // Of documents that are gathered the last may be cut.
    if (isWhole) for await (const result of run.flush()) add(result);
    ran.neverSeen = run.neverSeen();
  } catch (error) {
    if (!isStockbusError(error)) throw error;
    ran.refused = error.fault;
  } finally {
    await run.close();
  }
  return ran;
}

/** All that comes, one after another, of this flow and of others, with the time that passes between. */
async function runInTurn(
  flow: InboundFlow,
  tests: WrittenTests,
  { given }: WrittenCase,
  { spool, payload, clock, flows }: Around,
): Promise<RanSample> {
  const runs: { flow: string; run: InboundRun }[] = [];
  const watched = (one: InboundFlow): InboundFlow => ({
    ...one,
    makeRun(...parts) {
      const run = one.makeRun(...parts);
      runs.push({ flow: one.name, run });
      return run;
    },
  });
  const all = [flow, ...flows.filter(({ name }) => name !== flow.name)];
  const published = new PublishedBatches();
  const own = watched(flow);
  const setting = {
    hub: { flows: all.map((one) => (one.direction === 'inbound' ? watched(one) : one)) },
    runtime: clock.runtime,
    spool,
    setNow: (ms: number) => {
      clock.now = ms;
    },
    payload: (input: string) => payload(besides(tests, input)),
  };
  const refused = await takenInTurn(published, own, given, setting).then(
    (taken) => taken.refused,
    (error: unknown) => {
      if (!isStockbusError(error)) throw error;
      return error.fault;
    },
  );
  const makers = new Set(published.commands.map(({ source }) => source));
  const seenOf = (of: InboundFlow): SeenOfFlow => ({
    hasMade: makers.has(sourceOf(of)) || of.types.length === 0,
    neverSeen: seenByNone(runs.filter((one) => one.flow === of.name).map(({ run }) => run)),
  });
  const isOwn = ({ origin }: { origin: { flow: string } }): boolean => origin.flow === flow.name;
  const others = all.filter((one) => one.direction === 'inbound' && one.name !== flow.name);
  return {
    ...seenOf(flow),
    parked: published.parked
      .filter(isOwn)
      .map(({ record, faults, origin }) => ({ record, faults, payload: origin.name })),
    keys: [],
    ...(refused ? { refused } : {}),
    others: (others as InboundFlow[])
      .filter(({ name }) => runs.some((one) => one.flow === name))
      .map((one) => ({ flow: one.name, ...seenOf(one) })),
  };
}

/** What none of several payloads has. */
function seenByNone(runs: readonly InboundRun[]): ReadField[] {
  const [first, ...rest] = runs.map((run) => run.neverSeen());
  const isSame = (one: ReadField) => (other: ReadField) =>
    one.name === other.name && one.at.line === other.at.line && one.at.column === other.at.column;
  return (first ?? []).filter((field) => rest.every((fields) => fields.some(isSame(field))));
}
