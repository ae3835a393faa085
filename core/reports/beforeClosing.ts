/** The look at the books before they are closed: what of them is not in order yet. */
import { type ClosingCheck, closingChecks, type Found, type Standing } from '../closingChecks.ts';
import type { Micro, Minor } from '../decimal.ts';
import type { LedgerEntry } from '../ledger.ts';
import { transitPool } from '../ledger.ts';
import { limits } from '../limits.ts';
import type { Command, ParkedRecord } from '../message.ts';
import { entriesFrom } from '../packFrom.ts';
import type { Books, RecordValue } from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { tupleKey } from '../tupleKey.ts';
import { calendarOf, nextDay } from '../zone.ts';
import { namesDocument, unmatchedReturnsOf } from './figures/unmatchedReturns.ts';
import { isUnpriced, unpricedOf } from './figures/unpriced.ts';
import { isSettled } from './settledParked.ts';
import { meetHead, type ShortGoods, type ShortSkus, shortagesOf } from './shortages.ts';

/** One thing that stands in the way; what is not known of it is left out. */
export interface Finding {
  /** `costs` are being found anew. */
  check: ClosingCheck | 'costs';
  sku: string;
  pool?: string;
  document?: string;
  partner?: string;
  at?: string;
  quantity?: Micro;
  value?: Minor;
}

/** Both instants: of documents those of the period count, of stock what is there at its end. */
interface Span {
  from: string;
  until: string;
}

/** Memory grows with what is found, and with the SKUs that moved in the period. */
export async function findingsOf(
  store: Books,
  { minorDigits }: StockPolicy,
  span: Span,
): Promise<Finding[]> {
  const waiting = await waitingCosts(store, span);
  const pools = await poolsOf(store, span);
  const { moved, ...short } = await skusOf(store, span);
  const shortages = await shortagesOf(store, short, minorDigits, span.until);
  const documents = await documentsOf(store, span, moved);
  const parked = await parkedIn(store, span);
  const order = ['costs', ...closingChecks];
  return [...waiting, ...pools, ...shortages.flatMap(toldOf), ...documents, ...parked].sort(
    (one, other) => order.indexOf(one.check) - order.indexOf(other.check),
  );
}

/** From the first open day to the end of the one through which is to be closed; as it was then, where it is closed. */
export async function spanBefore(store: Books, policy: StockPolicy, until: string): Promise<Span> {
  const { closedThrough, log } = await store.period();
  const { startOf, dayOf } = calendarOf(policy.zone);
  const isOpen = closedThrough < dayOf(until);
  const before = log.findLast(
    ({ action, through }) => action === 'close' && through < dayOf(until),
  );
  const closed = isOpen ? closedThrough : (before?.through ?? '');
  return { from: closed === '' ? '' : startOf(nextDay(closed)), until };
}

/** Names of the first that are told. */
const NAMED = 3;

/** What closing through a day is decided on. */
export async function standingBefore(
  store: Books,
  policy: StockPolicy,
  through: string,
): Promise<Found> {
  const until = calendarOf(policy.zone).endOf(through);
  const findings = await findingsOf(store, policy, await spanBefore(store, policy, until));
  const byCheck = Map.groupBy(findings, ({ check }) => check);
  const standing = closingChecks.flatMap((check): Standing[] => {
    const found = byCheck.get(check);
    if (!found) return [];
    return [{ check, count: found.length, names: found.slice(0, NAMED).map(nameOf) }];
  });
  const waiting = (byCheck.get('costs') ?? []).map(({ sku, at = '' }) => ({ sku, at }));
  return { standing, waiting };
}

/** A guess, and where nobody knew a cost, nothing that the books are worth. */
const toldOf = ({ isGuess, isUncosted, ...of }: ShortGoods): Finding[] => [
  ...(isGuess ? [{ check: 'guessed', ...of } as const] : []),
  ...(isUncosted ? [{ check: 'uncosted', ...of } as const] : []),
];

const nameOf = ({ sku, pool, document }: Finding): string =>
  [document ?? '', sku, pool ?? ''].filter((name) => name !== '').join(' ');

async function waitingCosts(store: Books, { until }: Span): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const { sku, recost } of rowsOf((page) => store.recosts(page))) {
    if (recost && recost.at <= until) found.push({ check: 'costs', sku, at: recost.at });
  }
  return found;
}

/** By what closings say of that date. */
async function poolsOf(store: Books, { until: asOf }: Span): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const row of rowsOf((page) => store.valuation({ asOf }, page))) {
    if (row.quantity < 0n) found.push({ check: 'negative', ...row });
    else if (row.pool === transitPool && row.quantity > 0n)
      found.push({ check: 'transit', ...row });
  }
  return found;
}

interface SomeSkus extends ShortSkus {
  /** Those that have something dated in the period or later. */
  moved: string[];
}

async function skusOf(store: Books, { from }: Span): Promise<SomeSkus> {
  const found: SomeSkus = { moved: [], atStandard: new Map(), shortOfMany: [] };
  for await (const head of rowsOf((page) => store.heads(page))) {
    const { sku, latestAt } = head;
    if (latestAt !== '' && latestAt >= from) found.moved.push(sku);
    meetHead(found, head);
  }
  return found;
}

/** Read once, of some SKUs at a time, and only of those that moved. */
async function documentsOf(store: Books, span: Span, moved: readonly string[]): Promise<Finding[]> {
  const found: Finding[] = [];
  let entries: LedgerEntry[] = [];
  for (let start = 0; start < moved.length; start += limits.pageRows) {
    for await (const packs of store.packs(moved.slice(start, start + limits.pageRows))) {
      for (const pack of packs) {
        if (entries[0] && entries[0].sku !== pack.sku) {
          found.push(...documentsOfSku(entries, span));
          entries = [];
        }
        for (const entry of entriesFrom(pack)) if (entry.at <= span.until) entries.push(entry);
      }
    }
  }
  return [...found, ...documentsOfSku(entries, span)];
}

function documentsOfSku(entries: readonly LedgerEntry[], { from }: Span): Finding[] {
  const isAsked = (entry: LedgerEntry): boolean => entry.at >= from;
  const asked = entries.filter(isAsked);
  const found: Finding[] = [];
  if (asked.some(isUnpriced)) {
    for (const posted of unpricedOf(entries)) {
      if (!isAsked(posted.entry)) continue;
      const { entry, open: quantity, value } = posted;
      found.push({ check: 'unpriced', ...namesOf(entry), pool: entry.toPool, quantity, value });
    }
  }
  if (asked.some(namesDocument)) {
    for (const { entry, open: quantity, value } of unmatchedReturnsOf(entries)) {
      if (!isAsked(entry)) continue;
      const pool = entry.toPool || entry.fromPool;
      found.push({ check: 'returns', ...namesOf(entry), pool, quantity, value });
    }
  }
  return found;
}

const namesOf = ({ sku, document, partner, at }: LedgerEntry) => ({ sku, document, partner, at });

/** Those with a date that is known, and that were not booked since. */
async function parkedIn(store: Books, { from, until }: Span): Promise<Finding[]> {
  const found: Finding[] = [];
  const seen = new Set<string>();
  for await (const record of rowsOf((page) => store.parked({}, page))) {
    const finding = parkedDocument(record);
    if (!finding || finding.at! < from || finding.at! > until) continue;
    const { source = '', messageId: id = '' } = record;
    const key = tupleKey(source, id, conflictingHash(record));
    // Of one document what was refused first may be settled, and what was refused later not.
    if (seen.has(key) || (await isSettled(store, record))) continue;
    seen.add(key);
    found.push(finding);
  }
  return found;
}

/** Of the content that was in conflict with what was booked under its id; '' where it was parked for something else. */
const conflictingHash = ({ faults, content }: ParkedRecord): string =>
  faults[0]?.code === 'ID_CONFLICT' ? (JSON.parse(content) as Command).contenthash : '';

function parkedDocument({ stage, content }: ParkedRecord): Finding | undefined {
  if (stage !== 'apply') return undefined;
  const { data } = JSON.parse(content) as Command;
  const { document, at, partner, lines } = data as unknown as {
    [name in 'document' | 'at' | 'partner']?: string;
  } & { lines?: RecordValue[] };
  if (typeof document !== 'string' || Number.isNaN(Date.parse(at ?? ''))) return undefined;
  const sku = String(lines?.[0]?.sku ?? '');
  const named = { check: 'parked', sku, document, at: new Date(at!).toISOString() } as const;
  return partner === undefined ? named : { ...named, partner };
}
