import type { FactKind, LedgerEntry } from '../ledger.ts';
import type { RecordValue } from '../ports.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { filterOf, type ReportSpec } from './ReportSpec.ts';
import { allRows, skuPages } from './skuPages.ts';
import { ledgerSource } from './sources.ts';

interface Finding<Found extends { entry: LedgerEntry }> {
  kind: FactKind;
  /** Whether something may be found of a fact. */
  isAsked(fact: LedgerEntry): boolean;
  /** In all entries of a SKU. */
  findIn(entries: readonly LedgerEntry[]): Found[];
  rowOf(found: Found, policy: StockPolicy): RecordValue;
}

/** Facts of the days that are asked for of which the whole ledger of their SKU says something, in pages. */
export const findingPages =
  <Found extends { entry: LedgerEntry }>(finding: Finding<Found>): ReportSpec['read'] =>
  ({ store, policy }, query, page) => {
    const known = filterOf(query, 'asOf', 'knownAt');
    const filter = filterOf(query, 'sku', 'since', 'asOf', 'knownAt');
    return skuPages(
      {
        sources: { facts: ledgerSource(store, { ...filter, kind: finding.kind }) },
        async shape(of, { facts }) {
          const asked = new Set(facts.filter(finding.isAsked).map(({ seq }) => seq));
          if (asked.size === 0) return [];
          const all = await allRows(ledgerSource(store, { ...known, sku: of }).fetch);
          return finding
            .findIn(all)
            .filter(({ entry }) => asked.has(entry.seq))
            .map((found) => finding.rowOf(found, policy));
        },
      },
      page,
    );
  };
