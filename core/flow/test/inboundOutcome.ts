/** What comes of the payload of a test: as it is published, or booked as well. */
import { formatDecimal } from '../../decimal.ts';
import { type Fault, isStockbusError, StockbusError } from '../../errors.ts';
import { parkedContent } from '../../intake/parkedContent.ts';
import { takeIn } from '../../intake.ts';
import { type Balance, isOutside } from '../../ledger.ts';
import type { Command, ParkedRecord } from '../../message.ts';
import type { Broker, Payload, RecordValue } from '../../ports.ts';
import { keepAll, Rehearsal } from '../../rehearsal.ts';
import type { InboundFlow } from '../compiledFlow.ts';
import type { SeenOutcome } from './CaseOutcome.ts';
import type { CaseSetting } from './CaseSetting.ts';
import { giveBooks } from './givenBooks.ts';
import { headersOf } from './headersOf.ts';
import { OwnMessages } from './OwnMessages.ts';
import { PublishedBatches } from './PublishedBatches.ts';
import { StagesOfCase } from './StagesOfCase.ts';
import { ownSent, type Sent, subscribersSent } from './sentOf.ts';
import type { FlowCase } from './testFields.ts';

export async function publishedOutcome(
  flow: InboundFlow,
  given: FlowCase,
  setting: CaseSetting,
): Promise<SeenOutcome> {
  const published = new PublishedBatches();
  const came = await takenInTurn(published, flow, given, setting);
  const seen = seenOf(came, published.commands, published.parked);
  return withSent(seen, await ownSent(flow, given, published.handed));
}

/** Books in which there is what the test says. */
export async function booksOfCase(given: FlowCase, setting: CaseSetting): Promise<Rehearsal> {
  const { hub, runtime } = setting;
  const policy = hub.config.stock;
  const rehearsal = new Rehearsal(await setting.books(), runtime, policy, keepAll);
  await giveBooks(rehearsal, given, hub.checkCommand);
  setting.answers?.use({ store: rehearsal.books, policy });
  return rehearsal;
}

export async function bookedOutcome(
  flow: InboundFlow,
  given: FlowCase,
  setting: CaseSetting,
): Promise<SeenOutcome> {
  const { hub } = setting;
  const rehearsal = await booksOfCase(given, setting);
  const { outcome: booked } = rehearsal;
  const before = { messages: booked.samples.length, events: booked.events.length };
  const came = await takenInTurn(rehearsal, flow, given, setting);
  const messages = booked.samples.slice(before.messages);
  const { outcome, faults } = seenOf(came, messages, booked.parkedSamples);
  const stock = (await rehearsal.stock()).filter(isShown).map(stockRow);
  const seen = { outcome: { ...outcome, stock }, faults };
  const own = await ownSent(flow, given, booked.handed);
  const events = booked.events.slice(before.events);
  return withSent(seen, own, await subscribersSent(flow, given, events, hub));
}

const nameOf = ({ name, input }: GivenPayload, { read }: InboundFlow): string =>
  name ?? input?.split('/').at(-1) ?? `payload.${read.extension}`;

async function* bytesOf(
  { input, payload }: GivenPayload,
  setting: Pick<CaseSetting, 'payload'>,
): AsyncIterable<Uint8Array> {
  if (payload !== undefined) yield Buffer.from(payload);
  else if (input !== undefined) yield* setting.payload(input);
}

/** What of a payload is left out, and what keeps the rest of it from being read. */
export interface Taken {
  filtered: number;
  refused?: Fault | undefined;
  /** Where several flows took something: whether it is of the one that is tested. */
  isOwn?: { message(one: Command): boolean; parked(one: ParkedRecord): boolean };
}

/** What says of one payload what it is. */
export type GivenPayload = Pick<FlowCase, 'name' | 'input' | 'payload' | 'headers' | 'modified'>;

/** What payloads of a test are taken in with. */
export type TakingSetting = Pick<CaseSetting, 'runtime' | 'spool' | 'setNow' | 'payload'> & {
  hub: Pick<CaseSetting['hub'], 'flows'>;
};

/** All that comes, one after another; what stages give out on the way goes on at once. */
export async function takenInTurn(
  broker: Pick<Broker, 'publish'>,
  flow: InboundFlow,
  given: FlowCase,
  setting: TakingSetting,
): Promise<Taken> {
  if (!given.comes && flow.stages.length === 0) return taken(broker, flow, given, setting);
  const flows = setting.hub.flows.filter((one) => one.direction === 'inbound');
  const all = [flow, ...flows.filter(({ name }) => name !== flow.name)];
  const own = new OwnMessages(broker, flow.name);
  const parked = ({ origin }: ParkedRecord): boolean => origin.flow === flow.name;
  const whole: Taken = { filtered: 0, isOwn: { message: (one) => own.has(one), parked } };
  const count = (of: InboundFlow, { filtered, refused }: Taken): void => {
    if (of.name !== flow.name) return;
    whole.filtered += filtered;
    whole.refused ??= refused;
  };
  const stages = new StagesOfCase(own, {
    ...{ stages: all.flatMap((one) => one.stages), ...setting },
    take: async (to, leg, payload) => count(leg, await takenIn(to, leg, payload, setting)),
  });
  for (const { after = 0, flow: name = flow.name, ...payload } of given.comes ?? [
    given as Coming,
  ]) {
    await stages.pass(after);
    if (payload.input === undefined && payload.payload === undefined) continue;
    const to = all.find((one) => one.name === name);
    if (!to) throw new StockbusError('FLOW_UNKNOWN', `there is no sound flow '${name}'`);
    count(to, await taken(stages, to, payload, setting));
  }
  return whole;
}

type Coming = GivenPayload & { flow?: string; after?: number };

/** By the hub's own intake, so that all that it parks or refuses is parked or refused here. */
async function taken(
  broker: Pick<Broker, 'publish'>,
  flow: InboundFlow,
  given: GivenPayload,
  setting: TakingSetting,
): Promise<Taken> {
  const { runtime } = setting;
  const origin = { intakeId: runtime.newId(), flow: flow.name, name: nameOf(given, flow) };
  const modified = given.modified === undefined ? {} : { modified: Date.parse(given.modified) };
  const payload = { origin, body: bytesOf(given, setting), ...headersOf(given), ...modified };
  return takenIn(broker, flow, payload, setting);
}

async function takenIn(
  broker: Pick<Broker, 'publish'>,
  flow: InboundFlow,
  payload: Payload,
  { runtime, spool }: Pick<CaseSetting, 'runtime' | 'spool'>,
): Promise<Taken> {
  try {
    return await takeIn({ broker, runtime, partitions: 1, spool }, flow, payload);
  } catch (error) {
    if (!isOfPayload(error)) throw error;
    return { filtered: 0, refused: error.fault };
  }
}

/** A file that cannot be read says nothing about the flow. */
const isOfPayload = (error: unknown): error is StockbusError =>
  isStockbusError(error) && error.code !== 'FILE_UNREADABLE';

function seenOf(
  { filtered, refused, isOwn }: Taken,
  allMessages: readonly Command[],
  allParked: readonly ParkedRecord[],
): SeenOutcome {
  const messages = isOwn ? allMessages.filter(isOwn.message) : allMessages;
  const parked = isOwn ? allParked.filter(isOwn.parked) : allParked;
  // What cannot be read at the end is parked as one record, which is what refuses it.
  const records = parked.filter(
    ({ content, faults }) => content !== NOTHING_READ || faults[0]?.code !== refused?.code,
  );
  return {
    outcome: {
      filtered,
      messages: messages.map(({ id, type, data }) => ({ id, type, data })),
      parked: records.map(({ record, faults }) => ({ record, code: faults[0]?.code ?? '' })),
      ...(refused ? { refused: refused.code } : {}),
    },
    faults: [...(refused ? [refused] : []), ...records.flatMap(({ faults }) => faults)],
  };
}

const NOTHING_READ = parkedContent([]);

function withSent({ outcome, faults }: SeenOutcome, ...all: readonly Sent[]): SeenOutcome {
  const texts = Object.assign({}, ...all.map((sent) => sent.texts)) as Record<string, string>;
  const parked = [...outcome.parked, ...all.flatMap((sent) => sent.parked)];
  return {
    outcome: { ...outcome, parked, ...(Object.keys(texts).length > 0 ? { sent: texts } : {}) },
    faults: [...faults, ...all.flatMap((sent) => sent.faults)],
  };
}

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
