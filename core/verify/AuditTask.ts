import type { Closing } from '../closing.ts';
import type { SkuPointer } from '../pack.ts';
import type { Difference } from '../stock/verify/Differences.ts';
import type { ProducedFact } from '../stock/verify/ProductionAudit.ts';
import type { AuditRules } from '../stock/verify/SkuAudit.ts';

/** A SKU as lists show it. */
export interface ListedSku {
  pointer: SkuPointer;
  hasCheckpoints: boolean;
  /** What pending reservations hold of it, by `reservedKey`. */
  reserved: ReadonlyMap<string, bigint>;
}

/** Some SKUs, in their order; whoever audits them needs to know of no others. */
export interface AuditTask {
  rules: AuditRules;
  closings: readonly Closing[];
  /** Rows of closings of SKUs after this one, and up to that one, are theirs. */
  after: string;
  last: string;
  skus: readonly ListedSku[];
}

/** What is to be told, up to a bound. */
export interface KeptDifferences {
  differences: Difference[];
  /** Differences beyond those kept: only counted. */
  more: number;
}

export interface AuditFindings {
  skus: number;
  entries: number;
  /** How many documents packs name, each pack by itself. */
  named: number;
  /** Of SKUs one by one, and of closings. */
  told: KeptDifferences;
  ofClosings: KeptDifferences;
  /** Of each SKU the last pack up to the moment that counts for the digest. */
  known: { sku: string; version: number; hash: string }[];
  pending: { sku: string; at: string; done: number; total: number }[];
  /** When the last of their packs was recorded. */
  recordedAt: string;
  produced: ProducedFact[];
}

/** Audits SKUs, task after task; several of them do so side by side. */
export interface SkuAuditor {
  audit(task: AuditTask): Promise<AuditFindings>;
}

const MAX_KEPT = 1_000;

export const nothingTold = (): KeptDifferences => ({ differences: [], more: 0 });

export function tell(told: KeptDifferences, found: readonly Difference[], more = 0): void {
  for (const difference of found) {
    if (told.differences.length < MAX_KEPT) told.differences.push(difference);
    else told.more += 1;
  }
  told.more += more;
}
