/** Audits some SKUs alone, as an auditor samples: of the rest nothing is told, and no digest is made. */
import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import { compareUtf8 } from '../order.ts';
import type { PackKey, PostedDocument } from '../pack.ts';
import { movedOf } from '../packFrom.ts';
import type { Books } from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import { sideBySide, slicesOf } from '../sideBySide.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { tupleKey } from '../tupleKey.ts';
import type { VerifyOptions, VerifyReport } from '../verify.ts';
import {
  type AuditFindings,
  type AuditTask,
  type ListedSku,
  nothingTold,
  tell,
} from './AuditTask.ts';
import { InboxAudit } from './InboxAudit.ts';
import { productionsOf } from './productionsOf.ts';
import { reservedOf } from './reservedOf.ts';
import { noPointer, StoreAuditor } from './StoreAuditor.ts';

/** SKUs by name, or those of a document, with the messages of that in the inbox. */
export type AuditSample = { skus: readonly string[] } | { document: string };

/** SKUs that are looked up at once. */
const SKUS_AT_ONCE = 64;

type Listed = Pick<ListedSku, 'pointer' | 'hasCheckpoints'>;

/** Throws SKU_UNKNOWN or DOCUMENT_UNKNOWN where nothing was ever booked of what is asked for. */
export async function verifySome(
  store: Books,
  { minorDigits, accounts }: Pick<StockPolicy, 'minorDigits' | 'accounts'>,
  sample: AuditSample,
  options: Pick<VerifyOptions, 'entriesKept' | 'progress'> = {},
): Promise<VerifyReport> {
  const { entriesKept = limits.verifyEntries } = options;
  const rules = { minorDigits, accounts, knownAt: '', entriesKept };
  const closings = await store.closings();
  const { only, posted } = await sampled(store, sample);
  const lost = new Set(await store.lostSkus());
  const listed = await sideBySide(only, SKUS_AT_ONCE, (sku) => listedAs(store, sku));
  if ('skus' in sample) refuseUnknown(only.filter((sku, at) => !listed[at] && !lost.has(sku)));
  const report: VerifyReport = {
    ...{ skus: 0, entries: 0, pending: [], knownAt: '', digest: '', only },
    ...nothingTold(),
  };
  const auditor = new StoreAuditor(store);
  const produced = new Set<string>();
  for (const [at, sku] of only.entries()) {
    if (lost.has(sku)) {
      const message = 'it has packs, and is not among the SKUs that are listed';
      tell(report, [{ sku, check: 'chain', message }]);
      if (!listed[at]) continue;
    }
    const reserved = (await reservedOf(store, sku)).get(sku) ?? new Map();
    const skus = [{ ...(listed[at] ?? noList(sku)), reserved }];
    // Rows of closings that lie between it and the next one asked for are of others.
    const task: AuditTask = { rules, closings, after: justBefore(sku), last: sku, skus };
    for (const { entry } of take(report, await auditor.audit(task))) produced.add(entry.document);
    options.progress?.(at + 1, only.length);
  }
  for await (const wrong of inboxOf(store, posted)) tell(report, wrong);
  tell(report, await productionsOf(store, minorDigits, produced));
  return report;
}

/** Gives what was produced, which is audited by its documents. */
function take(report: VerifyReport, found: AuditFindings): AuditFindings['produced'] {
  report.skus += found.skus;
  report.entries += found.entries;
  report.pending.push(...found.pending);
  tell(report, found.told.differences, found.told.more);
  tell(report, found.ofClosings.differences, found.ofClosings.more);
  return found.produced;
}

/** In the order of the SKUs, each once; `posted` is what a document that is asked for says. */
async function sampled(
  store: Books,
  sample: AuditSample,
): Promise<{ only: string[]; posted: PostedDocument[] }> {
  const posted = 'document' in sample ? await postedAs(store, sample.document) : [];
  const skus = 'skus' in sample ? sample.skus : posted.flatMap((one) => one.skus);
  return { only: [...new Set(skus)].sort(compareUtf8), posted };
}

/** What the books have of a document: one for each message that booked under its number. */
async function postedAs(store: Books, document: string): Promise<PostedDocument[]> {
  const byMessage = new Map<string, PackKey>();
  const skus = new Set<string>();
  for await (const entry of rowsOf((page) => store.ledger({ document }, page))) {
    const { sku, source, messageId, pack } = entry;
    byMessage.set(tupleKey(source, messageId), [sku, pack]);
    skus.add(sku);
  }
  if (skus.size === 0) {
    const todo = 'correct the number; stockbus ledger shows that of each entry';
    const message = `there is no document ${document}`;
    throw new StockbusError('DOCUMENT_UNKNOWN', message, undefined, { todo });
  }
  const posted: PostedDocument[] = [];
  for (const keys of slicesOf(byMessage.values(), limits.pageRows)) {
    for (const pack of await store.packsByKey(keys)) {
      for (const [number] of movedOf(pack).documents) {
        const one = pack.documentOf(number);
        if (one?.document === document) posted.push({ ...one, skus: [...one.skus, ...skus] });
      }
    }
  }
  return posted;
}

/** Undefined where no list has it. */
async function listedAs(store: Books, sku: string): Promise<Listed | undefined> {
  const [pointer = noPointer(sku)] = (await store.pointers({ sku }, { limit: 1 })).rows;
  const hasCheckpoints = (await store.checkpoint(sku, LAST_INSTANT)) !== undefined;
  const isListed = pointer.version > 0 || pointer.recosts || pointer.places.length > 0;
  return isListed || hasCheckpoints ? { pointer, hasCheckpoints } : undefined;
}

const noList = (sku: string): Listed => ({ pointer: noPointer(sku), hasCheckpoints: false });

const LAST_INSTANT = '9999-12-31T23:59:59.999Z';

function refuseUnknown(skus: readonly string[]): void {
  if (skus.length === 0) return;
  const todo = 'correct the SKU; stockbus ledger shows those that have entries';
  const message = `nothing was booked of ${skus.join(', ')}`;
  throw new StockbusError('SKU_UNKNOWN', message, undefined, { todo });
}

async function* noMessages(): AsyncGenerator<never> {
  // Each is asked for by its key.
}

async function* inboxOf(store: Books, posted: readonly PostedDocument[]) {
  const named = posted.map(
    ({ document, source, messageId, contenthash }) =>
      [document, source, messageId, contenthash, 1] as const,
  );
  yield* new InboxAudit({
    messages: async function* () {
      yield named;
    },
    sources: async () => [],
    bookedMessages: noMessages,
    inbox: (keys) => store.inbox(keys),
    ledger: (filter, page) => store.ledger(filter, page),
    log: async () => ({ rows: [] }),
  }).compare();
}

/** No SKU has more: it is an identifier. */
const MOST_CHARACTERS = 256;

/** Text between which and a SKU there is none: more characters than one may have, each the last that there is. */
function justBefore(sku: string): string {
  const points = [...sku];
  const last = points.pop()!.codePointAt(0)!;
  const before = last === 0xe000 ? 0xd7ff : last - 1;
  if (before < 0) return points.join('');
  return points.join('') + String.fromCodePoint(before) + '\u{10ffff}'.repeat(MOST_CHARACTERS);
}
