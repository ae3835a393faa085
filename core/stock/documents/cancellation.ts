/** Takes back a document by its number: afterwards it is as if it had never been. */
import type { LedgerEntry } from '../../ledger.ts';
import type { Command, StockCancel } from '../../message.ts';
import { revisionOfId } from '../../revisions.ts';
import { calendarOf } from '../../zone.ts';
import { appendEntry, moveBalances } from '../bookMovement.ts';
import type { BookContext } from '../context.ts';
import { wayBack } from '../costing/Fact.ts';
import { historiesOf, type PostedFact } from '../costing/history.ts';
import { applyProvisionally } from '../costing/provisional.ts';
import { findAnew, refuseLess } from '../findAnew.ts';
import { forEachNeeding } from '../Missing.ts';
import { refusal } from '../refusal.ts';
import { fulfil } from './openOrders.ts';

/**
 * A cancellation stands at the time of what it cancels, and later costs follow. What lies in a closed
 * period is not cancelled: book the opposite in an open one.
 */
export function bookCancellation(context: BookContext, command: Command, data: StockCancel): void {
  const posted = factsOf(context, data);
  const standing = posted.filter(({ isCancelled }) => !isCancelled);
  if (standing.length === 0) {
    throw refusal('DOCUMENT_CANCELLED', `${data.document} is cancelled already`, 'document');
  }
  const all = [...standing, ...costsOf(context, standing)];
  // The last first, so that what was there in between is there again.
  forEachNeeding(all.reverse(), (fact) => cancel(context, command, data, fact));
}

/** What bears on receipts by other documents goes with them. */
function costsOf({ workspace }: BookContext, facts: readonly PostedFact[]): PostedFact[] {
  const receipts = facts.filter(({ entry: { kind } }) => kind === 'receive' || kind === 'produce');
  return forEachNeeding(receipts, ({ entry: { sku, at, rank, seq } }) => {
    const later = workspace.sku(sku).historyFrom(at).factsAfter({ at, rank, seq });
    return later.filter(({ entry, isCancelled }) => entry.input?.of === seq && !isCancelled);
  }).flat();
}

function factsOf(
  { workspace }: BookContext,
  { document, origin, revision }: StockCancel,
): PostedFact[] {
  const entries = workspace.documents
    .of(document)
    .filter((entry) => origin === undefined || entry.source === origin || entry.by !== undefined);
  const isMeant = ({ entry }: PostedFact): boolean =>
    revision === undefined || revisionOfId(entry.messageId) === Number(revision);
  const posted = historiesOf(entries).filter(isMeant);
  if (posted.length === 0) {
    const what = revision === undefined ? document : `revision ${revision} of ${document}`;
    throw refusal('DOCUMENT_UNKNOWN', `there is no ${what}`, 'document');
  }
  const sources = new Set(posted.map(({ entry }) => entry.source));
  if (sources.size > 1) {
    const message = `${document} is the number of documents of ${[...sources].join(' and ')}`;
    throw refusal('DOCUMENT_AMBIGUOUS', message, 'origin');
  }
  return posted;
}

function cancel(
  context: BookContext,
  command: Command,
  data: StockCancel,
  { entry: fact, quantity, value }: PostedFact,
): void {
  const { workspace } = context;
  const { closedThrough } = workspace.period;
  const day = calendarOf(context.policy.zone).dayOf(fact.at);
  if (day <= closedThrough) {
    const message = `${fact.document} is of ${day}, which is closed through ${closedThrough}`;
    throw refusal('PERIOD_CLOSED', message, 'document');
  }
  const state = workspace.sku(fact.sku);
  const { source, id: messageId, actor } = command;
  const cause = { reason: reasonOf(data), source, messageId, actor };
  const entry = { ...cancelEntry(fact, quantity, value), ...cause };
  appendEntry(context, state, entry);
  moveBalances(context, state, entry, fact, false);
  applyProvisionally(state.costs, entry, entry.value);
  fulfil(context, fact, -quantity);
  const document = `the cancellation of ${fact.document}`;
  workspace.markLate(state, fact, document);
  if (fact.kind !== 'count') return;
  const less = findAnew(context, state, fact, false, { actor, document });
  if (less < 0n) refuseLess(context, state, fact, less);
}

/** Why, and when that was decided: the entry stands at the time of what it cancels. */
function reasonOf({ reason = 'cancelled', at }: StockCancel): string {
  return at === undefined ? reason : `${reason}; decided ${new Date(at).toISOString()}`;
}

/** The way back. A count whose difference has turned goes the way that it went at first. */
function cancelEntry(fact: LedgerEntry, quantity: bigint, value: bigint): LedgerEntry {
  const { input, toStatus, fromAfter, toAfter, ...shared } = fact;
  const derived = { kind: 'cancel', rank: '', corrects: fact.seq, by: fact.seq } as const;
  if (quantity < 0n) return { ...shared, ...derived, quantity: -quantity, value: -value };
  const statuses = toStatus === undefined ? {} : { status: toStatus, toStatus: fact.status };
  return { ...shared, ...derived, ...wayBack(fact), quantity, value, ...statuses };
}
