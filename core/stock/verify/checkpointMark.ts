import { hash } from 'node:crypto';
import type { Checkpoint } from '../../ledger.ts';
import type { Position } from '../../position.ts';
import { storedWritten } from '../../storedWritten.ts';
import { costsFrom, storedPool } from '../costing/checkpoint.ts';
import type { PoolCosts } from '../costing/PoolCosts.ts';
import type { SkuCosts } from '../costing/SkuCosts.ts';

interface PoolMark {
  digest: string;
  isEmpty: boolean;
}

/** A checkpoint as far as it is compared: its text may be long, and there may be many. */
export interface CheckpointMark extends Position {
  afterSeq: number;
  rules: string;
  pools: Map<string, PoolMark>;
}

export function markOf({ sku, at, rank, seq, afterSeq, state }: Checkpoint): CheckpointMark {
  // Digits matter to no figure in it.
  const costs = costsFrom(state, sku, 0);
  return { at, rank, seq, afterSeq, rules: rulesOf(costs), pools: poolsOf(costs) };
}

/** A pool that only one of them knows and that holds nothing makes no difference. */
export function isSame(mark: CheckpointMark, costs: SkuCosts): boolean {
  if (mark.rules !== rulesOf(costs)) return false;
  const pools = poolsOf(costs);
  return [...new Set([...pools.keys(), ...mark.pools.keys()])].every((name) => {
    const [one, other] = [pools.get(name), mark.pools.get(name)];
    if (one && other) return one.digest === other.digest;
    return (one ?? other)!.isEmpty;
  });
}

const rulesOf = ({ method, standardCost, ahead, written }: SkuCosts): string =>
  JSON.stringify([method, `${standardCost}`, [...ahead].sort(), written.map(storedWritten)]);

const poolsOf = (costs: SkuCosts): Map<string, PoolMark> =>
  new Map(costs.pools.map((pool) => [pool.pool, poolMark(pool)]));

function poolMark(pool: PoolCosts): PoolMark {
  const { quantity, value } = pool;
  const digest = hash('sha256', JSON.stringify(storedPool(pool)), 'base64url');
  return { digest, isEmpty: quantity === 0n && value === 0n && pool.all().length === 0 };
}
