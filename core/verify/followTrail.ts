import { type CheckedTrail, checkTrail, type TrailHead, trailRows } from '../auditTrail.ts';
import type { Books } from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import type { Difference } from '../stock/verify/Differences.ts';

/** Acts on the hub's own work: how many there are, and the last of them. */
export type FollowedTrail = Omit<CheckedTrail, 'differences'>;

export async function followTrail(
  store: Books,
  expected?: Pick<TrailHead, 'number' | 'hash'>,
): Promise<{ trail: FollowedTrail; differences: Difference[] }> {
  const rows = rowsOf((page) => trailRows(store, page));
  const { differences, ...trail } = await checkTrail(store, rows, expected);
  const told = differences.map(
    (message): Difference => ({ sku: '(audit trail)', check: 'trail', message }),
  );
  return { trail, differences: told };
}
