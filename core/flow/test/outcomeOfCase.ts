/** Runs a flow over the input of a test; nothing of it is written anywhere. */
import type { AskedBooks } from '../../answers/AskedBooks.ts';
import { formatDecimal } from '../../decimal.ts';
import { sinkLabel } from '../../deliver/sinkQueue.ts';
import { type Fault, isStockbusError, StockbusError } from '../../errors.ts';
import type { HandedBody } from '../../handedBatch.ts';
import { takeIn } from '../../intake.ts';
import { type Balance, isOutside } from '../../ledger.ts';
import type { Envelope, ParkedRecord } from '../../message.ts';
import type { Books, RecordValue, WriterFacts } from '../../ports.ts';
import { keepAll, Rehearsal } from '../../rehearsal.ts';
import { factsOfReport } from '../../reports/factsOfReport.ts';
import type { Runtime } from '../../runtime.ts';
import type { SpoolFolder } from '../../spool/SpoolFolder.ts';
import type {
  CompiledFlow,
  FlowSink,
  InboundFlow,
  InboundParked,
  InboundResult,
  OutboundResult,
  SubscriptionFlow,
} from '../compiledFlow.ts';
import type { LoadedHub } from '../loadHub.ts';
import { aboutSample } from './aboutSample.ts';
import type { CaseOutcome, SeenOutcome } from './CaseOutcome.ts';
import { giveBooks } from './givenBooks.ts';
import type { FlowCase } from './testFields.ts';

/** What tests run in. */
export interface CaseSetting {
  hub: LoadedHub;
  runtime: Runtime;
  spool: SpoolFolder;
  /** Books of which nothing is written yet. */
  books(): Promise<Books>;
  /** Bytes of a file that a test names. */
  payload(file: string): AsyncIterable<Uint8Array>;
  /** Told which books steps ask. */
  answers?: { use(books: AskedBooks): void };
}

export async function outcomeOfCase(
  flow: CompiledFlow,
  given: FlowCase,
  setting: CaseSetting,
): Promise<SeenOutcome> {
  const asked = flow.direction === 'inbound' ? ['input', 'payload'] : [];
  if (flow.direction === 'subscription') asked.push('events');
  if (flow.direction === 'report') asked.push('rows');
  if (!asked.some((name) => given[name as keyof FlowCase] !== undefined)) {
    const message = `the flow ${flow.name} takes ${asked.join(' or ')}`;
    throw new StockbusError('CONFIG_BAD_VALUE', message, undefined, { todo: 'give it that' });
  }
  if (flow.direction === 'inbound') {
    return isBooked(given, flow)
      ? bookedOutcome(flow, given, setting)
      : madeOutcome(flow, given, setting);
  }
  if (given.stock ?? given.booked) await booksOfCase(given, setting);
  if (flow.direction === 'subscription')
    return subscriptionOutcome(flow, given.events as Envelope[]);
  const run = flow.makeRun();
  const pushed = await run.push(given.rows as RecordValue[]);
  const flushed = await run.flush();
  const now = setting.runtime.now();
  const result = {
    filtered: pushed.filtered + flushed.filtered,
    parked: [...pushed.parked, ...flushed.parked],
    records: [...pushed.records, ...flushed.records],
  };
  return outboundOutcome(flow, result, factsOfReport(flow.queryAt(now), now));
}

/** Whether what the flow makes is to be booked: else it is not known what lies where. */
function isBooked({ stock, booked, expect }: FlowCase, flow: InboundFlow): boolean {
  const own = new Set(flow.sinks.map(labelOf));
  const isToldOf = Object.keys(expect?.sent ?? {}).some((name) => !own.has(name));
  return isToldOf || [stock, booked, expect?.stock].some((said) => said !== undefined);
}

const labelOf = ({ flow, name }: FlowSink): string => sinkLabel(flow, name);

const nameOf = ({ name, input }: FlowCase, { read }: InboundFlow): string =>
  name ?? input?.split('/').at(-1) ?? `payload.${read.extension}`;

/** By their names in lower case, as requests have them. */
function headersOf({ headers }: FlowCase): { headers?: Record<string, string> } {
  if (!headers) return {};
  const entries = Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]);
  return { headers: Object.fromEntries(entries) };
}

async function* bytesOf(
  { input, payload }: FlowCase,
  setting: CaseSetting,
): AsyncIterable<Uint8Array> {
  if (payload !== undefined) yield Buffer.from(payload);
  else yield* setting.payload(input!);
}

async function madeOutcome(
  flow: InboundFlow,
  given: FlowCase,
  setting: CaseSetting,
): Promise<SeenOutcome> {
  const name = nameOf(given, flow);
  const sample = { name, body: bytesOf(given, setting), ...headersOf(given) };
  const { about, body } = await aboutSample(flow, sample, setting.runtime.now());
  const run = flow.makeRun(setting.spool, about);
  const results: InboundResult[] = [];
  const refused: Fault[] = [];
  try {
    const context = { name, asStated: flow.allow.includes('ENCODING_CONFLICT') };
    for await (const records of flow.read.codec.read(body, context))
      results.push(await run.push(records));
    for await (const result of run.flush()) results.push(result);
  } catch (error) {
    if (!isOfPayload(error)) throw error;
    refused.push(error.fault);
  } finally {
    await run.close();
  }
  const parked = results.flatMap((result) => result.parked);
  return {
    outcome: {
      filtered: results.reduce((sum, { filtered }) => sum + filtered, 0),
      messages: results.flatMap(({ messages }) =>
        messages.map(({ id, type, dataJson }) => ({ id, type, data: JSON.parse(dataJson) })),
      ),
      ...parkedOf(parked),
      ...refusedOf(refused[0]),
      ...ownSent(
        flow,
        given,
        results
          .flatMap(({ handed = [] }) => handed)
          .map(({ queue, json }) => ({
            queue,
            value: (JSON.parse(json) as HandedBody).value,
          })),
      ),
    },
    faults: [...refused, ...parked.flatMap(({ faults }) => faults)],
  };
}

/** Books in which there is what the test says. */
async function booksOfCase(given: FlowCase, setting: CaseSetting): Promise<Rehearsal> {
  const { hub, runtime } = setting;
  const policy = hub.config.stock;
  const rehearsal = new Rehearsal(await setting.books(), runtime, policy, keepAll);
  await giveBooks(rehearsal, given, hub.checkCommand);
  setting.answers?.use({ store: rehearsal.books, policy });
  return rehearsal;
}

async function bookedOutcome(
  flow: InboundFlow,
  given: FlowCase,
  setting: CaseSetting,
): Promise<SeenOutcome> {
  const { hub, runtime, spool } = setting;
  const rehearsal = await booksOfCase(given, setting);
  const { outcome } = rehearsal;
  const before = { messages: outcome.samples.length, events: outcome.events.length };
  const origin = { intakeId: runtime.newId(), flow: flow.name, name: nameOf(given, flow) };
  const payload = { origin, body: bytesOf(given, setting), ...headersOf(given) };
  let refused: Fault | undefined;
  let filtered = 0;
  try {
    const parts = { broker: rehearsal, runtime, partitions: 1, spool };
    const receipt = await takeIn(parts, flow, payload);
    ({ refused, filtered } = receipt);
  } catch (error) {
    if (!isOfPayload(error)) throw error;
    refused = error.fault;
  }
  const messages = outcome.samples.slice(before.messages);
  const parked = outcome.parkedSamples;
  const events = outcome.events.slice(before.events);
  return {
    outcome: {
      filtered,
      messages: messages.map(({ id, type, data }) => ({ id, type, data })),
      ...parkedOf(parked),
      ...refusedOf(refused),
      stock: (await rehearsal.stock()).filter(isShown).map(stockRow),
      ...(await allSent(flow, given, rehearsal, events, hub)),
    },
    faults: [...(refused ? [refused] : []), ...parked.flatMap(({ faults }) => faults)],
  };
}

/** A file that cannot be read says nothing about the flow. */
const isOfPayload = (error: unknown): error is StockbusError =>
  isStockbusError(error) && error.code !== 'FILE_UNREADABLE';

const isShown = ({ place, onHand, reserved }: Balance): boolean =>
  !isOutside(place) && (onHand !== 0n || reserved !== 0n);

const stockRow = (balance: Balance): RecordValue => ({
  sku: balance.sku,
  location: balance.place,
  ...(balance.lot === '' ? {} : { lot: balance.lot }),
  ...(balance.status === 'available' ? {} : { status: balance.status }),
  ...(balance.owner === '' ? {} : { owner: balance.owner }),
  onHand: formatDecimal(balance.onHand),
  ...(balance.reserved === 0n ? {} : { reserved: formatDecimal(balance.reserved) }),
});

/** By the label of each sink of the flow, what it sends: of those that are named, or of all that get something. */
function ownSent(
  { sinks }: InboundFlow,
  { expect }: FlowCase,
  handed: readonly { queue: string; value: RecordValue }[],
): Pick<CaseOutcome, 'sent'> {
  const sent: Record<string, string> = {};
  for (const sink of sinks) {
    const records = handed.filter(({ queue }) => queue === sink.queue).map(({ value }) => value);
    const isWanted = expect?.sent ? labelOf(sink) in expect.sent : records.length > 0;
    if (isWanted) sent[labelOf(sink)] = sentText(sink, records);
  }
  return Object.keys(sent).length > 0 ? { sent } : {};
}

/** With what the subscriptions that are named send of these events. */
async function allSent(
  flow: InboundFlow,
  given: FlowCase,
  { outcome: { handed } }: Rehearsal,
  events: readonly Envelope[],
  { flows }: LoadedHub,
): Promise<Pick<CaseOutcome, 'sent'>> {
  const values = [...handed].flatMap(([queue, bodies]) =>
    bodies.map(({ value }) => ({ queue, value })),
  );
  const { sent = {} } = ownSent(flow, given, values);
  for (const name of Object.keys(given.expect?.sent ?? {})) {
    if (name in sent) continue;
    const found = flows
      .filter((one): one is SubscriptionFlow => one.direction === 'subscription')
      .flatMap(({ topics, sinks }) => sinks.map((sink) => ({ topics, sink })))
      .find(({ sink }) => labelOf(sink) === name);
    if (!found) {
      const message = `there is no subscription '${name}', and no target of ${flow.name}`;
      throw new StockbusError('FLOW_UNKNOWN', message);
    }
    const topics: readonly string[] = found.topics;
    const { records } = await found.sink.events!.run(
      events.filter(({ type }) => topics.includes(type)),
    );
    sent[name] = sentText(found.sink, records);
  }
  return Object.keys(sent).length > 0 ? { sent } : {};
}

/** The text of the only sink, or by label those of several. */
async function subscriptionOutcome(
  { sinks }: SubscriptionFlow,
  events: readonly Envelope[],
): Promise<SeenOutcome> {
  const sent: Record<string, string> = {};
  let all: SeenOutcome | undefined;
  for (const sink of sinks) {
    const result = await sink.events!.run(structuredClone(events));
    const one = outboundOutcome(sink, result);
    // What the steps refuse, they refuse for each of them.
    if (!all || one.faults.length > all.faults.length) all = one;
    if (result.records.length > 0) sent[labelOf(sink)] = textOf(sink, result.records);
  }
  const { outcome, faults } = all!;
  if (sinks.length === 1) return all!;
  const { text: _, ...others } = outcome;
  return { outcome: { ...others, sent }, faults };
}

function outboundOutcome(
  sink: Pick<FlowSink, 'write'>,
  { filtered, parked, records }: OutboundResult,
  facts?: WriterFacts,
): SeenOutcome {
  const codes = parked.map(({ faults }, index) => ({ record: index + 1, faults }));
  return {
    outcome: { filtered, ...parkedOf(codes), text: textOf(sink, records, facts) },
    faults: parked.flatMap(({ faults }) => faults),
  };
}

/** Where there is nothing, nothing is sent. */
const sentText = (sink: FlowSink, records: readonly RecordValue[]): string =>
  records.length === 0 ? '' : textOf(sink, records);

function textOf(
  { write }: Pick<FlowSink, 'write'>,
  records: readonly RecordValue[],
  facts?: WriterFacts,
): string {
  const writer = write.codec.writer(undefined, facts);
  return writer.begin() + writer.write(records) + writer.end();
}

const parkedOf = (
  parked: readonly Pick<InboundParked | ParkedRecord, 'record' | 'faults'>[],
): Pick<CaseOutcome, 'parked'> => ({
  parked: parked.map(({ record, faults }) => ({ record, code: faults[0]?.code ?? '' })),
});

const refusedOf = (fault: Fault | undefined): Pick<CaseOutcome, 'refused'> =>
  fault ? { refused: fault.code } : {};
