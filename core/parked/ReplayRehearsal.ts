/** What a replay would book: decided as the hub would decide it, on the books as they are, and nothing of it written. */
import { fixedOfDigits, formatDecimal } from '../decimal.ts';
import type { Fault } from '../errors.ts';
import type { CompiledFlow } from '../flow/compiledFlow.ts';
import { takeIn } from '../intake.ts';
import { type Balance, isOutside } from '../ledger.ts';
import type { SkuBooks } from '../pack.ts';
import type { Books, KeptParked } from '../ports.ts';
import { outgoingOf, type RehearsedDelivery } from '../rehearsal/outgoingOf.ts';
import { keepAll, Rehearsal, type RehearsalOutcome } from '../rehearsal.ts';
import type { Runtime } from '../runtime.ts';
import type { SpoolFolder } from '../spool/SpoolFolder.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { tupleKey } from '../tupleKey.ts';
import type { ReplayingFlow } from './refusedFile.ts';
import { replayOf } from './replayLeg.ts';

/** A balance that would be another than it is. */
export interface StockChange {
  sku: string;
  location: string;
  lot: string;
  status: string;
  owner: string;
  from: string;
  to: string;
}

export interface ValueChange {
  sku: string;
  pool: string;
  from: string;
  to: string;
}

export interface Rehearsed {
  /** What is wrong with what was sent again, and would be parked for it. */
  faults: Fault[];
  /** Why the rules of stock would refuse a message; they say what is there. */
  refusals: Fault[];
  outcome: RehearsalOutcome;
  stock: StockChange[];
  values: ValueChange[];
  /** What would be sent to whom. */
  outgoing: RehearsedDelivery[];
}

export interface RehearsalParts {
  store: Books;
  runtime: Runtime;
  policy: StockPolicy;
  spool: SpoolFolder;
  /** All that run: some are told of what is booked. */
  flows: readonly CompiledFlow[];
}

/** Each record on top of what those before it would have booked. */
export class ReplayRehearsal {
  readonly #parts: RehearsalParts;
  readonly #broker: Rehearsal;
  readonly #faults: Fault[] = [];

  constructor(parts: RehearsalParts) {
    this.#parts = parts;
    this.#broker = new Rehearsal(parts.store, parts.runtime, parts.policy, keepAll);
  }

  /** Throws REPLAY_UNFIT, and what intake throws. */
  async add(record: KeptParked, content: string, flow: ReplayingFlow | undefined): Promise<void> {
    const { runtime, spool } = this.#parts;
    const asked = { content, intakeId: runtime.newId(), by: '', runtime };
    const { leg, payload } = await replayOf(record, asked, flow);
    const taking = { broker: this.#broker, runtime, partitions: 1, spool };
    this.#faults.push(...(await takeIn(taking, leg, payload)).faults);
  }

  async finish(): Promise<Rehearsed> {
    const { store, policy, flows } = this.#parts;
    const broker = this.#broker;
    const skus = [...new Set((await broker.stock()).map(({ sku }) => sku))];
    const refused = broker.outcome.parkedSamples.filter(({ stage }) => stage === 'apply');
    const request = { skus, reservations: [], openOrders: [] };
    const [before, after] = await Promise.all([store.load(request), broker.books.load(request)]);
    return {
      faults: this.#faults,
      refusals: refused.flatMap(({ faults }) => faults),
      outcome: broker.outcome,
      stock: stockChanges(before.skus, after.skus),
      values: valueChanges(before.skus, after.skus, policy.minorDigits),
      outgoing: await outgoingOf(flows, broker.outcome),
    };
  }
}

function stockChanges(before: readonly SkuBooks[], after: readonly SkuBooks[]): StockChange[] {
  const were = byKey(before);
  const are = byKey(after);
  return [...new Set([...were.keys(), ...are.keys()])].flatMap((key) => {
    const [was, is] = [were.get(key), are.get(key)];
    const { sku, place, lot, status, owner } = (is ?? was)!;
    const [from, to] = [was?.onHand ?? 0n, is?.onHand ?? 0n];
    if (from === to) return [];
    const about = { sku, location: place, lot, status, owner };
    return [{ ...about, from: formatDecimal(from), to: formatDecimal(to) }];
  });
}

/** Of places that are ours. */
function byKey(books: readonly SkuBooks[]): Map<string, Balance> {
  const ours = books.flatMap(({ balances }) => balances.filter(({ place }) => !isOutside(place)));
  return new Map(ours.map((one) => [keyOf(one), one]));
}

const keyOf = ({ sku, place, lot, status, owner }: Balance): string =>
  tupleKey(sku, place, lot, status, owner);

function valueChanges(
  before: readonly SkuBooks[],
  after: readonly SkuBooks[],
  minorDigits: number,
): ValueChange[] {
  return after.flatMap(({ head }, index) => {
    const were = new Map(before[index]?.head.pools.map(({ pool, value }) => [pool, value]));
    return head.pools.flatMap(({ pool, value }) => {
      const was = were.get(pool) ?? 0n;
      if (was === value) return [];
      const [from, to] = [was, value].map((one) => fixedOfDigits(String(one), minorDigits));
      return [{ sku: head.sku, pool, from: from!, to: to! }];
    });
  });
}
