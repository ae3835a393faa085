/**
 * Revisions of a document. What was cancelled may be sent again under the same id, and is then the next
 * revision of it: the inbox knows each by an id of its own, and which of them are cancelled.
 */
import type { Command } from './message.ts';

/** Types of which there are revisions: what a person cancels, and the cancellation of one of them. */
export const hasRevisions = ({ type }: Pick<Command, 'type'>): boolean => type.startsWith('stock.');

/** The revision that a message states; 1 where it states none. */
export const statedRevision = ({ data }: Pick<Command, 'data'>): number =>
  Number((data as { revision?: string }).revision ?? 1);

/** Of the first it is the id that the sender gave. */
export const idOfRevision = (id: string, revision: number): string =>
  revision === 1 ? id : `${id} (revision ${revision})`;

/** The revision that such an id is of. */
export const revisionOfId = (id: string): number =>
  Number(/ \(revision (\d+)\)$/.exec(id)?.[1] ?? 1);

/** In the inbox beside the id of what is cancelled. No sender can give it: no-break spaces are in no id. */
export const cancelledId = (id: string): string => `${id}\u00a0cancelled`;
