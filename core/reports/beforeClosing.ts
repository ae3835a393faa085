/** The look at the books before they are closed: what of them is not in order yet. */
import { type ClosingCheck, closingChecks, type Standing } from '../closingChecks.ts';
import type { Micro, Minor } from '../decimal.ts';
import type { CostLayer, InboxRecord, LedgerEntry, SkuHead } from '../ledger.ts';
import { transitPool } from '../ledger.ts';
import { limits } from '../limits.ts';
import type { Command, ParkedRecord } from '../message.ts';
import { entriesFrom } from '../packFrom.ts';
import type { Books, RecordValue } from '../ports.ts';
import { idOfRevision } from '../revisions.ts';
import { rowsOf } from '../rowsOf.ts';
import { readOwed } from '../stock/costing/owed.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { tupleKey } from '../tupleKey.ts';
import { calendarOf, nextDay } from '../zone.ts';
import { costsAfter } from './figures/costsAfter.ts';
import { namesDocument, unmatchedReturnsOf } from './figures/unmatchedReturns.ts';
import { isUnpriced, unpricedOf } from './figures/unpriced.ts';

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
  const { moved, atStandard, shortOfMany } = await skusOf(store, span);
  const shortages = await shortagesOf(store, span, atStandard);
  for (const head of shortOfMany) shortages.push(...(await manyOf(store, head, minorDigits, span)));
  const documents = await documentsOf(store, span, moved);
  const parked = await parkedIn(store, span);
  const order = ['costs', ...closingChecks];
  return [...waiting, ...pools, ...shortages, ...documents, ...parked].sort(
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
): Promise<Standing[]> {
  const until = calendarOf(policy.zone).endOf(through);
  const findings = await findingsOf(store, policy, await spanBefore(store, policy, until));
  const byCheck = Map.groupBy(findings, ({ check }) => check);
  return closingChecks.flatMap((check): Standing[] => {
    const found = byCheck.get(check);
    if (!found) return [];
    return [{ check, count: found.length, names: found.slice(0, NAMED).map(nameOf) }];
  });
}

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

interface SomeSkus {
  /** Those that have something dated in the period or later. */
  moved: string[];
  /** Those whose cost is no guess. */
  atStandard: Set<string>;
  /** Of the others those that are short of more than their layers say. */
  shortOfMany: SkuHead[];
}

async function skusOf(store: Books, { from }: Span): Promise<SomeSkus> {
  const found: SomeSkus = { moved: [], atStandard: new Set(), shortOfMany: [] };
  for await (const head of rowsOf((page) => store.heads(page))) {
    const { sku, latestAt, item, pools } = head;
    if (latestAt !== '' && latestAt >= from) found.moved.push(sku);
    if (item?.valuation === 'standard') found.atStandard.add(sku);
    else if (pools.some(({ manyShort }) => manyShort)) found.shortOfMany.push(head);
  }
  return found;
}

/** What has left and has not come by now, whatever that is dated. */
async function shortagesOf(
  store: Books,
  { until }: Span,
  atStandard: ReadonlySet<string>,
): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const layer of rowsOf((page) => store.layers(page))) {
    if (layer.quantity >= 0n || layer.at > until || atStandard.has(layer.sku)) continue;
    found.push(shortageOf(layer));
  }
  return found;
}

/** In pools of which the layers do not say it: as the entries do. */
async function manyOf(
  store: Books,
  head: SkuHead,
  minorDigits: number,
  { until }: Span,
): Promise<Finding[]> {
  const { sku } = head;
  const many = new Set(head.pools.flatMap(({ pool, manyShort }) => (manyShort ? pool : [])));
  const entries = await Array.fromAsync(rowsOf((page) => store.ledger({ sku }, page)));
  const pools = costsAfter(head, entries, minorDigits).pools.filter(({ pool }) => many.has(pool));
  const short = pools.flatMap((pool) => pool.all());
  return short.filter(({ quantity, at }) => quantity < 0n && at <= until).map(shortageOf);
}

function shortageOf({ sku, pool, at, owed, quantity, value }: CostLayer): Finding {
  const { document } = readOwed(owed);
  return { check: 'guessed', sku, pool, document, at, quantity, value };
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
    const contenthash = conflictingHash(record);
    const key = tupleKey(source, id, contenthash);
    if (seen.has(key)) continue;
    seen.add(key);
    if (!(await isBooked(store, { source, id, contenthash }))) found.push(finding);
  }
  return found;
}

/** Of the content that was in conflict with what was booked under its id; '' where it was parked for something else. */
const conflictingHash = ({ faults, content }: ParkedRecord): string =>
  faults[0]?.code === 'ID_CONFLICT' ? (JSON.parse(content) as Command).contenthash : '';

/** Under its id; what was in conflict as a later revision, after the one before was cancelled. */
async function isBooked(
  store: Books,
  { source, id, contenthash }: Pick<InboxRecord, 'source' | 'id' | 'contenthash'>,
): Promise<boolean> {
  for (let revision = 1; ; revision += 1) {
    const [found] = await store.inbox([{ source, id: idOfRevision(id, revision) }]);
    if (!found) return false;
    if (contenthash === '' || found.contenthash === contenthash) return true;
  }
}

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
