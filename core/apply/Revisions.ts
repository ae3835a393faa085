import type { Fault } from '../errors.ts';
import type { InboxRecord, LedgerEntry } from '../ledger.ts';
import type { MessageMap } from '../MessageMap.ts';
import type { Command } from '../message.ts';
import type { RoundStore } from '../ports.ts';
import { cancelledId, hasRevisions, idOfRevision, statedRevision } from '../revisions.ts';
import { historiesOf } from '../stock/costing/history.ts';
import { forEachNeeding } from '../stock/Missing.ts';
import type { Workspace } from '../stock/workspace.ts';
import { tupleKey } from '../tupleKey.ts';
import type { Loader } from './Loader.ts';

type MessageKey = Pick<InboxRecord, 'source' | 'id'>;

/** As which revision a message is to be booked, or why not; nothing where that one is booked already. */
export type Judgement = { id: string } | { fault: Fault } | undefined;

const isCancellation = ({ type }: Command): boolean => type === 'stock.cancel.v1';

/** Which revision of its document a message is, by what the inbox knows of those before. */
export class Revisions {
  readonly #store: Pick<RoundStore, 'inbox'>;
  readonly #workspace: Workspace;
  readonly #loader: Loader;
  readonly #inbox: MessageMap<InboxRecord>;
  /** What was booked before and is cancelled now, as the inbox is to hold it. */
  readonly noted: InboxRecord[] = [];

  constructor(
    store: Pick<RoundStore, 'inbox'>,
    workspace: Workspace,
    loader: Loader,
    inbox: MessageMap<InboxRecord>,
  ) {
    this.#store = store;
    this.#workspace = workspace;
    this.#loader = loader;
    this.#inbox = inbox;
  }

  /** Takes in what the inbox has of messages, and of those that it has whether they are cancelled. */
  async load(commands: readonly Command[]): Promise<void> {
    await this.#take(commands);
    const known = commands.filter(
      (command) => hasRevisions(command) && this.#inbox.get(command.source, command.id),
    );
    await this.#take(known.map(({ source, id }) => ({ source, id: cancelledId(id) })));
  }

  async #take(keys: readonly MessageKey[]): Promise<void> {
    if (keys.length === 0) return;
    for (const record of await this.#store.inbox(keys)) {
      this.#inbox.set(record.source, record.id, record);
    }
  }

  /** False where a message is new or a replay, and nothing else. */
  areAskedOf(command: Command, known: InboxRecord | undefined): boolean {
    if (!hasRevisions(command)) return false;
    if (statedRevision(command) > 1) return true;
    if (!known) return false;
    return isCancellation(command) || this.#isCancelled(command.source, command.id);
  }

  async judge(command: Command): Promise<Judgement> {
    const { data } = command as { data: { revision?: string } };
    if (isCancellation(command)) return this.#judgeCancellation(command);
    if (data.revision !== undefined) return this.#judgeStated(command, statedRevision(command));
    for (let revision = 1; ; revision += 1) {
      const id = idOfRevision(command.id, revision);
      const known = await this.#find(command.source, id);
      if (!known) return { id };
      const isSame = known.contenthash === command.contenthash;
      if (isSame || !this.#isCancelled(command.source, id)) return this.#repeated(command, known);
    }
  }

  /** The next after one that is cancelled. */
  async #judgeStated(command: Command, revision: number): Promise<Judgement> {
    const { source } = command;
    const id = idOfRevision(command.id, revision);
    const known = await this.#find(source, id);
    if (known) return this.#repeated(command, known);
    const before = idOfRevision(command.id, revision - 1);
    const isThere = await this.#find(source, before);
    if (isThere && this.#isCancelled(source, before)) return { id };
    const message = isThere ? 'stands: it is to be cancelled first' : 'was not booked';
    return refused('REVISION_REFUSED', `revision ${revision - 1} of ${command.id} ${message}`);
  }

  /** What comes again may be about what was booked since: nobody guesses it. */
  async #judgeCancellation(command: Command): Promise<Judgement> {
    const { source, data } = command as Command<'stock.cancel.v1'>;
    const id = idOfRevision(command.id, statedRevision(command));
    const known = await this.#find(source, id);
    if (!known) return { id };
    const repeated = this.#repeated(command, known);
    if (repeated || data.revision !== undefined) return repeated;
    if (!(await this.#isStanding(data.document))) return undefined;
    const message = `${command.id} was booked before, and ${data.document} stands again since`;
    return refused('REVISION_REFUSED', `${message}: state the revision that is cancelled`);
  }

  #repeated({ id, source, contenthash }: Command, known: InboxRecord): Judgement {
    if (known.contenthash !== contenthash) return { fault: conflictOf(known) };
    if (!this.#isCancelled(source, known.id)) return undefined;
    const message = `${id} of ${source} was booked with this content, and is cancelled`;
    return refused('DOCUMENT_CANCELLED', message);
  }

  async #find(source: string, id: string): Promise<InboxRecord | undefined> {
    if (!this.#inbox.get(source, id)) {
      await this.#take([id, cancelledId(id)].map((one) => ({ source, id: one })));
    }
    return this.#inbox.get(source, id);
  }

  async #isStanding(document: string): Promise<boolean> {
    const { documents } = this.#workspace;
    const facts = await this.#loader.loadFor(() => historiesOf(documents.of(document)));
    return facts.some(({ isCancelled }) => !isCancelled);
  }

  /** So that what comes again under the same id is the next revision. `before`: entries before those of the cancellation. */
  async cancelled(by: InboxRecord, before: number): Promise<void> {
    const decided = this.#workspace.documents.after(before);
    const cancellations = decided.filter(({ kind }) => kind === 'cancel');
    const messages = await this.#loader.loadFor(() =>
      cancelledMessages(this.#workspace, cancellations),
    );
    for (const { source, id } of messages) {
      const record = { ...by, source, id: cancelledId(id) };
      this.#inbox.set(source, record.id, record);
      this.noted.push(record);
    }
  }

  #isCancelled(source: string, id: string): boolean {
    return this.#inbox.get(source, cancelledId(id)) !== undefined;
  }
}

const refused = (code: Fault['code'], message: string): Judgement => ({
  fault: { code, message, at: { field: 'document' } },
});

export const conflictOf = ({ source, id, recordedAt }: InboxRecord): Fault => ({
  code: 'ID_CONFLICT',
  message: `${id} of ${source} was booked at ${recordedAt} with other content`,
});

/** Messages of which cancellations took back the last fact that stood. Throws Missing. */
function cancelledMessages(
  { documents }: Workspace,
  cancellations: readonly LedgerEntry[],
): MessageKey[] {
  const keyOf = (sku: string, seq: number): string => tupleKey(sku, seq);
  const cancelled = new Set(cancellations.map(({ sku, corrects }) => keyOf(sku, corrects!)));
  const named = [...new Set(cancellations.map(({ document }) => document))];
  return forEachNeeding(named, (document) => {
    const byMessage = Map.groupBy(historiesOf(documents.of(document)), ({ entry }) =>
      tupleKey(entry.source, entry.messageId),
    );
    return [...byMessage.values()]
      .filter((facts) => facts.every(({ isCancelled }) => isCancelled))
      .filter((facts) => facts.some(({ entry: { sku, seq } }) => cancelled.has(keyOf(sku, seq))))
      .map(([fact]) => ({ source: fact!.entry.source, id: fact!.entry.messageId }));
  }).flat();
}
