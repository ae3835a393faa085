/** What ended among the dead letters of the broker, kept in the store, where it can be found. */

/** What there is to know of a dead letter without its body. */
export interface DeadRecord {
  /** Of where it died, of its message and of the moment: the same letter has the same each time it is read. */
  id: string;
  /** The queue that it was in. */
  queue: string;
  messageId: string;
  contentType: string;
  /** Of the fault; empty where the reason names none. */
  code: string;
  reason: string;
  deadAt: string;
  /** Events, records or messages in it; 0 where it cannot be read. */
  records: number;
  bytes: number;
  /** SKUs, documents and business keys in it, as far as they go into it. */
  words: readonly string[];
}

export interface KeptLetter extends DeadRecord {
  /** As it was on the broker. */
  body: Uint8Array;
}

export interface DeadFilter {
  /** Queues; all where left out. */
  queues?: readonly string[];
  code?: string;
  /** One of its words, exactly. */
  word?: string;
  /** When it died: from then on, and before. */
  since?: string;
  until?: string;
}

export interface DeadLetterBooks {
  /** By (deadAt, id). */
  deadLetters(
    filter: DeadFilter,
    page: { after?: string; limit: number },
  ): Promise<{ rows: DeadRecord[]; next?: string }>;
  deadLetter(id: string): Promise<KeptLetter | undefined>;
}

export interface DeadLetterStore {
  /** Durable when it resolves. What is there already stays as it is. */
  keepDead(letters: readonly KeptLetter[]): Promise<void>;
  forgetDead(ids: readonly string[]): Promise<void>;
}

/** The part of a store that keeps dead letters. */
export type DeadLetterChapter = DeadLetterBooks & DeadLetterStore;

/** Kind of the control rows that say what was done about a parked record or a dead letter, by its id; their first words are which of the two, and the flow. */
export const CASE = 'case';
/** States in which it waits for nobody. */
export const CLOSED = ['replayed', 'resolved', 'dismissed'] as const;
