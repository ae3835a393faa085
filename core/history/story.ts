/** What became of something, told in the order of time. */

/** In the order in which it goes through the hub. */
export const storyKinds = [
  ...(['came', 'snapshot', 'parked', 'handled', 'waits', 'ordered', 'booked', 'answered'] as const),
  ...(['applied', 'published', 'failed', 'dead', 'delivered'] as const),
] as const;
export type StoryKind = (typeof storyKinds)[number];

/** What something waits for: to be booked, to be told to subscribers, a stage of its flow, a subscriber, or a person. */
export const waitedFor = ['booking', 'relay', 'stage', 'subscriber', 'person'] as const;
export type WaitedFor = (typeof waitedFor)[number];

/** Where something stood before it came in. */
export interface StoryOrigin {
  flow: string;
  /** The file, or the path of the request. */
  file: string;
  intakeId: string;
  /** First record of it that it was made of, from 1; left out where that is not known, or it is all of it. */
  record?: number;
}

/** One thing that happened, or that still is so. */
export interface StoryLine {
  /** Tells it from all others of the story, and is the same whenever that is told. */
  id: string;
  /** RFC 3339 in UTC; of what waits, since when. */
  at: string;
  what: StoryKind;
  /** In words. */
  text: string;
  /** The same for programs. */
  facts: Readonly<Record<string, unknown>>;
}

export interface Story {
  key: string;
  /** What the key is: a document, a SKU, a file, … */
  found: string[];
  lines: StoryLine[];
  /** By the line's id. */
  origins: ReadonlyMap<string, StoryOrigin>;
  /** There is more of it than is told: the newest is. */
  isCut: boolean;
}

/** Gathers lines, each once, whoever finds it. */
export class StoryLines {
  readonly #lines = new Map<string, StoryLine>();
  isCut = false;

  /** `id` tells it from others of its kind. */
  add(what: StoryKind, id: string, at: string, text: string, facts: StoryLine['facts']): void {
    const key = `${what} ${id}`;
    if (!this.#lines.has(key)) this.#lines.set(key, { id: key, at, what, text, facts });
  }

  /** In the order of time; what has one moment, as it goes through the hub. */
  list(): StoryLine[] {
    return [...this.#lines.values()].sort((one, other) =>
      one.at === other.at ? order(one) - order(other) : one.at < other.at ? -1 : 1,
    );
  }
}

const order = ({ what }: StoryLine): number => storyKinds.indexOf(what);
