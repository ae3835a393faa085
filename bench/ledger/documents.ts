/** Documents of one line each, the same at every call, as intake would hand them to apply. */
import { hash } from 'node:crypto';
import type { Command, CommandType } from '../../core/message.ts';

export const flow = 'documents';

const DAY_MS = 86_400_000;
/** Business time of the opening stock; what moves comes a day later. */
export const OPENED_AT = Date.UTC(2025, 0, 1);
const STARTS_AT = OPENED_AT + DAY_MS;

/** Each SKU has a home and one other place, which belongs to another cost pool. */
const PLACES = [
  ['N1', 'S1'],
  ['S1', 'N2'],
  ['N2', 'S2'],
  ['S2', 'N1'],
] as const;
const OPENING_QUANTITY = 500;

export interface Feed {
  skus: number;
  documents: number;
  /** Business days over which the documents are spread evenly. */
  days: number;
  /** Share of the documents that come late, by up to `lateDays`. */
  late?: number;
  lateDays?: number;
}

export const skuOf = (number: number): string => `SKU-${String(number).padStart(6, '0')}`;

/** Some stock of every SKU, a receipt each. */
export function* openingDocuments(skus: number): Generator<Command> {
  for (let number = 0; number < skus; number += 1) {
    const [location] = PLACES[number % PLACES.length]!;
    const line = { sku: skuOf(number), location, quantity: String(OPENING_QUANTITY) };
    yield documentOf('stock.receive.v1', `OPEN-${number}`, OPENED_AT, {
      lines: [{ ...line, unitCost: costOf(number) }],
    });
  }
}

/**
 * 60 % issues, 25 % receipts, 10 % transfers to another pool and 5 % counts, over SKUs that are drawn
 * evenly; in the order in which they come in. Nothing is issued that was not there.
 */
export function* mixedDocuments(feed: Feed): Generator<Command> {
  const { late = 0, lateDays = 0 } = feed;
  if (late === 0) return yield* inBusinessOrder(feed);
  const random = randomFrom(11);
  /** The one that comes next is the last. */
  const waiting: Late[] = [];
  for (const command of inBusinessOrder(feed)) {
    const at = Date.parse((command.data as { at: string }).at);
    yield* takeDue(waiting, at);
    if (random() >= late) yield command;
    else wait(waiting, { command, arrives: at + random() * lateDays * DAY_MS });
  }
  yield* takeDue(waiting, Number.POSITIVE_INFINITY);
}

interface Late {
  command: Command;
  arrives: number;
}

function wait(waiting: Late[], late: Late): void {
  let index = waiting.length;
  while (index > 0 && waiting[index - 1]!.arrives < late.arrives) index -= 1;
  waiting.splice(index, 0, late);
}

function* takeDue(waiting: Late[], now: number): Generator<Command> {
  while (waiting.length > 0 && waiting.at(-1)!.arrives <= now) yield waiting.pop()!.command;
}

function* inBusinessOrder({ skus, documents, days }: Feed): Generator<Command> {
  const random = randomFrom(7);
  const below = (end: number): number => Math.floor(random() * end);
  const home = new Int32Array(skus).fill(OPENING_QUANTITY);
  for (let number = 0; number < documents; number += 1) {
    const sku = below(skus);
    const at = STARTS_AT + Math.floor((number * days * DAY_MS) / documents);
    const [location, other] = PLACES[sku % PLACES.length]!;
    const draw = random();
    const there = home[sku]!;
    const line = { sku: skuOf(sku) };
    if (draw < 0.6 && there > 0) {
      const quantity = Math.min(1 + below(20), there);
      home[sku] = there - quantity;
      const lines = [{ ...line, location, quantity: String(quantity) }];
      yield documentOf('stock.issue.v1', `I-${number}`, at, { partner: 'C-1001', lines });
    } else if (draw >= 0.95) {
      const quantity = Math.max(0, there + below(3) - 1);
      home[sku] = quantity;
      const lines = [{ ...line, location, quantity: String(quantity) }];
      yield documentOf('stock.count.v1', `C-${number}`, at, { lines });
    } else if (draw >= 0.85 && there > 0) {
      const quantity = Math.min(1 + below(10), there);
      home[sku] = there - quantity;
      const lines = [{ ...line, from: location, to: other, quantity: String(quantity) }];
      yield documentOf('stock.transfer.v1', `T-${number}`, at, { lines });
    } else {
      const quantity = 1 + below(54);
      home[sku] = there + quantity;
      const lines = [{ ...line, location, quantity: String(quantity), unitCost: costOf(number) }];
      yield documentOf('stock.receive.v1', `R-${number}`, at, { partner: 'V-1001', lines });
    }
  }
}

/** From 5.00 to 14.99. */
export const costOf = (number: number): string =>
  ((500 + ((number * 37) % 1_000)) / 100).toFixed(2);

/** A document, as a command of the flow. */
export function documentOf(
  type: CommandType,
  document: string,
  at: number,
  data: Record<string, unknown>,
): Command {
  const whole = { document, at: new Date(at).toISOString(), ...data };
  const contenthash = hash('sha256', `${type}\n${JSON.stringify(whole)}`);
  return {
    specversion: '1.0',
    id: document,
    source: `/flows/${flow}`,
    type,
    time: whole.at,
    datacontenttype: 'application/json',
    contenthash,
    actor: `flow:${flow}`,
    record: 1,
    data: whole,
  } as unknown as Command;
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
