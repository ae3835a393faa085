/** What a command changed, as it is now: its version, which If-Match takes, and what there is to say of it. */
import type { InboundMessage } from '../../flow/compiledFlow.ts';
import type { Hub } from '../../hub.ts';
import { reservationFacts } from '../../reports/reservations.ts';
import { itemVersion } from '../../stock/expectedVersions.ts';
import { isAboutReservation } from '../../stock/reservations/contract.ts';

export interface StateNow {
  /** Of the one thing that the command is about. */
  version?: string;
  facts: Record<string, unknown>;
}

/** SKUs of one document whose versions are told. */
const SKUS_TOLD = 100;

interface AnyData {
  sku?: string;
  reservation?: string;
  lines?: readonly { sku?: string }[];
}

export async function stateNow(
  { store }: Pick<Hub, 'store'>,
  { type, data }: InboundMessage,
  now: string,
): Promise<StateNow> {
  const { reservation, sku, lines = [] } = data as AnyData;
  if (reservation !== undefined && isAboutReservation(type)) {
    const facts = await reservationFacts(store, reservation, now);
    if (!facts) return { facts: {} };
    return { version: String(facts.version), facts: { reservation: facts } };
  }
  const named = sku === undefined ? lines.flatMap((line) => line.sku ?? []) : [sku];
  const skus = [...new Set(named)].slice(0, SKUS_TOLD);
  if (skus.length === 0) return { facts: {} };
  const loaded = await store.load({
    ...{ skus, balances: [], balancesOf: [], reservations: [], openOrders: [] },
  });
  const heads = new Map(loaded.skus.map(({ head }) => [head.sku, head]));
  if (type === 'item.upsert.v1') {
    const version = String(itemVersion(heads.get(sku!)?.item));
    return { version, facts: { versions: { [sku!]: version } } };
  }
  const versions = Object.fromEntries(skus.map((one) => [one, String(heads.get(one)?.seq ?? 0)]));
  const [first] = skus;
  return { ...(skus.length === 1 ? { version: versions[first!]! } : {}), facts: { versions } };
}
