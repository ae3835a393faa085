/** What was produced of goods that turn out to cost something else. */
import type { LedgerEntry } from '../ledger.ts';
import { recostActor } from '../message.ts';
import { tupleKey } from '../tupleKey.ts';
import { bookMovement } from './bookMovement.ts';
import type { BookContext } from './context.ts';
import type { Way } from './costing/Fact.ts';
import { historiesOf, type PostedFact, sumOf } from './costing/history.ts';
import { byShare, OwnProductions } from './costing/OwnProductions.ts';
import type { CostDifference } from './costing/recost.ts';
import { splitCost } from './costing/splitCost.ts';
import { forEachNeeding } from './Missing.ts';
import type { SkuState } from './SkuState.ts';
import type { Workspace } from './workspace.ts';

export type Production = Pick<LedgerEntry, 'document' | 'messageId'>;

/** The share of a landed cost, or of an invoice, that what was used before it bears. */
export const isBorne = ({ from, to, fromPool }: Way): boolean =>
  to === 'production' && fromPool === '' && from !== 'conversion' && from !== 'customer';

/**
 * Production documents that consumed what now costs something else, but for those whose products the
 * same facts have costed already. Loads what they are made of.
 */
export function productsOf(
  workspace: Workspace,
  postings: readonly CostDifference[],
  facts: readonly PostedFact[],
): Production[] {
  const own = new OwnProductions(facts);
  const consumed = postings.filter((posting) =>
    posting.isOwn ? posting.by.kind === 'consume' && !own.has(posting.by) : isBorne(posting),
  );
  const users = forEachNeeding(consumed, ({ by, corrects, isOwn, document }) => {
    const isUser = ({ sku, seq }: LedgerEntry): boolean => sku === by.sku && seq === corrects;
    return isOwn ? by : workspace.documents.of(document).find(isUser)!;
  });
  const borneOn = new Set(consumed.flatMap(({ isOwn, document }) => (isOwn ? [] : document)));
  const productions = new Map(users.map((user) => [tupleKey(user.document, user.messageId), user]));
  forEachNeeding([...productions.values()], ({ document }) => {
    const entries = workspace.documents.of(document);
    const isOn = borneOn.has(document) || entries.some(isBorne);
    forEachNeeding(entries, ({ sku, kind, at }) => {
      const state = workspace.sku(sku);
      if (kind === 'produce' && isOn) state.historyFrom(at);
    });
  });
  return [...productions.values()];
}

/** Finds what products cost now, and marks those that cost something else. */
export function reprice(context: BookContext, { document, messageId }: Production): void {
  const entries = context.workspace.documents.of(document);
  const facts = historiesOf(entries).filter(
    ({ entry, isCancelled }) => entry.messageId === messageId && !isCancelled,
  );
  const made = facts.filter(({ entry }) => entry.kind === 'produce').sort(byShare);
  const used = facts.filter(({ entry }) => entry.kind === 'consume');
  let cost = used.reduce((sum, { value }) => sum + value, made[0]?.entry.input?.extra ?? 0n);
  const shares = made.map(({ entry }) => entry.input!.share!);
  let worth = splitCost(cost, shares);
  made.forEach(({ entry, value }, index) => {
    shift(context.workspace, entry, worth[index]! - value, document);
  });
  const keys = new Set(used.map(({ entry: { sku, seq } }) => tupleKey(sku, seq)));
  const borne = entries.filter(
    (entry) => isBorne(entry) && keys.has(tupleKey(entry.sku, entry.corrects!)),
  );
  const causes = Map.groupBy(borne, (entry) =>
    tupleKey(entry.at, entry.reference, entry.messageId),
  );
  for (const [, [cause, ...more]] of [...causes].sort(([one], [other]) => (one < other ? -1 : 1))) {
    cost += more.reduce((sum, { value }) => sum + value, cause!.value);
    const before = worth;
    worth = splitCost(cost, shares);
    made.forEach(({ entry }, index) => {
      bearOn(context, entry, cause!, worth[index]! - before[index]!);
    });
  }
}

/** A product bears a cost that came after it, at the time of that, by a fact of the same document. */
function bearOn(
  context: BookContext,
  product: LedgerEntry,
  cause: LedgerEntry,
  amount: bigint,
): void {
  const { sku, seq: of, quantity: ofQuantity, lot, status, owner, to, toPool, line } = product;
  const { at, source, messageId } = cause;
  // As what was used, which it clears: of the same document, for the same reason.
  const { partner } = product;
  const reason = [product.reason, cause.reason].filter((one) => one !== '').join('; ');
  const { document: reference, reference: document } = cause;
  const state = context.workspace.sku(sku);
  const find = (): PostedFact | undefined =>
    state
      .historyFrom(at)
      .factsAfter({ at, rank: '', seq: 0 }, 1)
      .find(
        ({ entry, isCancelled }) =>
          entry.kind === 'landed' &&
          entry.at === at &&
          entry.messageId === messageId &&
          entry.input?.of === of &&
          !isCancelled,
      );
  if (toPool === '' || (amount === 0n && !find())) return;
  if (!find()) {
    const entry: LedgerEntry = {
      ...{ sku, seq: 0, kind: 'landed', from: 'production', to, quantity: 0n, value: 0n },
      ...{ fromPool: '', toPool, lot, status, owner, document, line, partner, reason, reference },
      ...{ at, rank: '', recordedAt: '', source, messageId, actor: recostActor, pack: 0 },
      input: { of, ofQuantity },
    };
    bookMovement(context, entry, { incoming: amount });
  }
  const posted = find()!;
  shift(context.workspace, posted.entry, amount - sumOf(posted), document);
}

/** What an entry costs is so much more than was posted. */
function shift(workspace: Workspace, entry: LedgerEntry, by: bigint, because: string): void {
  const state = workspace.sku(entry.sku);
  if (by === knownShift(state, entry.seq)) return;
  state.shifts ??= new Map();
  state.shifts.set(entry.seq, by);
  workspace.markLate(state, entry, because);
}

/** As found in this round, or as it waits in the store to be taken in. */
const knownShift = ({ shifts, recost: waiting }: SkuState, seq: number): bigint =>
  shifts?.get(seq) ?? waiting?.shifts.find(([of]) => of === seq)?.[1] ?? 0n;
