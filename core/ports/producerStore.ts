/** What producers say that they published, and what apply has seen of it: by these it is seen what a broker lost. */

/** Numbers, both ends among them. */
export interface NumberRange {
  from: number;
  to: number;
}

/** Numbers that had not come when a later one, or the word that they were published, came. */
export interface NumberHole extends NumberRange {
  /** When the last one before it had been booked; empty where none had. */
  after: string;
  noticedAt: string;
}

/** What apply has seen of one producer in the queue of one partition. */
export interface SeenNumbers {
  producer: string;
  partition: number;
  /** One more at each change, from 1. */
  version: number;
  highest: number;
  /** Up to that one. */
  holes: readonly NumberHole[];
  lastAt: string;
}

/** What a producer says of itself. `body` is its own affair. */
export interface ProducerRow {
  producer: string;
  saidAt: string;
  body: string;
}

/**
 * Promises: each producer has one row, the last that was said. What apply has seen changes in its commits
 * alone (`seen` of a Commit), and by `changeSeen`; both name the version before.
 */
export interface ProducerStore {
  sayProducer(row: ProducerRow): Promise<void>;
  producers(): Promise<ProducerRow[]>;
  /** Of all producers, or of those that a partition has seen. */
  seenNumbers(partition?: number): Promise<SeenNumbers[]>;
  /** Written where the version before it is there; false where it is another. */
  changeSeen(seen: SeenNumbers): Promise<boolean>;
  /** What it said, and what was seen of it. */
  forgetProducer(producer: string): Promise<void>;
}
