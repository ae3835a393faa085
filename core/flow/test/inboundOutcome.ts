/** What comes of the payload of a test: as it is published, or booked as well. */
import { formatDecimal } from '../../decimal.ts';
import { type Fault, isStockbusError, type StockbusError } from '../../errors.ts';
import { parkedContent } from '../../intake/parkedContent.ts';
import { takeIn } from '../../intake.ts';
import { type Balance, isOutside } from '../../ledger.ts';
import type { Command, ParkedRecord } from '../../message.ts';
import type { Broker, RecordValue } from '../../ports.ts';
import { keepAll, Rehearsal } from '../../rehearsal.ts';
import type { InboundFlow } from '../compiledFlow.ts';
import type { SeenOutcome } from './CaseOutcome.ts';
import type { CaseSetting } from './CaseSetting.ts';
import { giveBooks } from './givenBooks.ts';
import { headersOf } from './headersOf.ts';
import { PublishedBatches } from './PublishedBatches.ts';
import { ownSent, type Sent, subscribersSent } from './sentOf.ts';
import type { FlowCase } from './testFields.ts';

export async function publishedOutcome(
  flow: InboundFlow,
  given: FlowCase,
  setting: CaseSetting,
): Promise<SeenOutcome> {
  const published = new PublishedBatches();
  const came = await taken(published, flow, given, setting);
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
  const came = await taken(rehearsal, flow, given, setting);
  const messages = booked.samples.slice(before.messages);
  const { outcome, faults } = seenOf(came, messages, booked.parkedSamples);
  const stock = (await rehearsal.stock()).filter(isShown).map(stockRow);
  const seen = { outcome: { ...outcome, stock }, faults };
  const own = await ownSent(flow, given, booked.handed);
  const events = booked.events.slice(before.events);
  return withSent(seen, own, await subscribersSent(flow, given, events, hub));
}

const nameOf = ({ name, input }: FlowCase, { read }: InboundFlow): string =>
  name ?? input?.split('/').at(-1) ?? `payload.${read.extension}`;

async function* bytesOf(
  { input, payload }: FlowCase,
  setting: CaseSetting,
): AsyncIterable<Uint8Array> {
  if (payload !== undefined) yield Buffer.from(payload);
  else if (input !== undefined) yield* setting.payload(input);
}

/** What of a payload is left out, and what keeps the rest of it from being read. */
interface Taken {
  filtered: number;
  refused?: Fault | undefined;
}

/** By the hub's own intake, so that all that it parks or refuses is parked or refused here. */
async function taken(
  broker: Pick<Broker, 'publish'>,
  flow: InboundFlow,
  given: FlowCase,
  setting: CaseSetting,
): Promise<Taken> {
  const { runtime, spool } = setting;
  const origin = { intakeId: runtime.newId(), flow: flow.name, name: nameOf(given, flow) };
  const modified = given.modified === undefined ? {} : { modified: Date.parse(given.modified) };
  const payload = { origin, body: bytesOf(given, setting), ...headersOf(given), ...modified };
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
  { filtered, refused }: Taken,
  messages: readonly Command[],
  parked: readonly ParkedRecord[],
): SeenOutcome {
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
