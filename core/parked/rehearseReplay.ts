/** What a replay would book: decided as the hub would decide it, on the books as they are, and nothing of it written. */
import { fixedOfDigits, formatDecimal } from '../decimal.ts';
import { takeIn } from '../intake.ts';
import { type Balance, isOutside } from '../ledger.ts';
import type { SkuBooks } from '../pack.ts';
import type { Books, KeptParked, Receipt } from '../ports.ts';
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
  receipt: Receipt;
  outcome: RehearsalOutcome;
  stock: StockChange[];
  values: ValueChange[];
}

export interface RehearsalParts {
  store: Books;
  runtime: Runtime;
  policy: StockPolicy;
  spool: SpoolFolder;
}

/** Throws REPLAY_UNFIT, and what intake throws. */
export async function rehearseReplay(
  record: KeptParked,
  content: string,
  flow: ReplayingFlow | undefined,
  { store, runtime, policy, spool }: RehearsalParts,
): Promise<Rehearsed> {
  const asked = { content, intakeId: runtime.newId(), by: '', runtime };
  const { leg, payload } = await replayOf(record, asked, flow);
  const broker = new Rehearsal(store, runtime, policy, { ...keepAll, events: false });
  const receipt = await takeIn({ broker, runtime, partitions: 1, spool }, leg, payload);
  const skus = [...new Set((await broker.stock()).map(({ sku }) => sku))];
  const request = { skus, reservations: [], openOrders: [] };
  const [before, after] = await Promise.all([store.load(request), broker.books.load(request)]);
  return {
    receipt,
    outcome: broker.outcome,
    stock: stockChanges(before.skus, after.skus),
    values: valueChanges(before.skus, after.skus, policy.minorDigits),
  };
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
