import type { WaitingRow } from './journal.ts';

/** A message that waits in memory; its body too, while there is room. */
export interface WaitingMessage extends WaitingRow {
  body?: Uint8Array;
}

/** One consumer's view: how many more it may take, and what it has not settled. */
export interface Taker {
  readonly prefetch: number;
  readonly unsettled: Set<WaitingMessage>;
  readonly open: boolean;
  /** Gives it to the handler. */
  take(waiting: WaitingMessage, body: Uint8Array): void;
  /** Not settled: it waits again, for whoever comes. */
  giveBack(waiting: WaitingMessage): void;
}

export interface Handover {
  queue: WorkQueue;
  taker: Taker;
  waiting: WaitingMessage;
}

/** What waits in one queue that is consumed here, in the order in which it is given out. */
export class WorkQueue {
  readonly name: string;
  /** The first is active; it keeps its place while it closes. */
  readonly takers: Taker[] = [];
  #ready: WaitingMessage[] = [];
  /** Taken from the front of `#ready` so far. */
  #head = 0;

  constructor(name: string) {
    this.name = name;
  }

  get ready(): readonly WaitingMessage[] {
    return this.#ready.slice(this.#head);
  }

  get readyCount(): number {
    return this.#ready.length - this.#head;
  }

  add(waiting: WaitingMessage): void {
    insertSorted(this.#ready, waiting, this.#head, earlierPlace);
  }

  /** Takes a message out that turned out not to be durable. */
  withdraw(waiting: WaitingMessage): void {
    this.#ready = this.#ready.slice(this.#head).filter((other) => other !== waiting);
    this.#head = 0;
  }

  /** True when something is ready and the active taker has room for it. */
  get canDeliver(): boolean {
    return this.readyCount > 0 && hasRoom(this.takers[0]);
  }

  /** Assigns ready messages to the active taker, as far as its prefetch allows. */
  claim(): Handover[] {
    const claims: Handover[] = [];
    for (const [taker] = this.takers; this.readyCount > 0 && hasRoom(taker); ) {
      const waiting = this.#takeReady();
      taker.unsettled.add(waiting);
      claims.push({ queue: this, taker, waiting });
    }
    return claims;
  }

  #takeReady(): WaitingMessage {
    const waiting = this.#ready[this.#head]!;
    this.#head += 1;
    if (this.#head === this.#ready.length) {
      this.#ready = [];
      this.#head = 0;
    } else if (this.#head > 1_024 && this.#head * 2 > this.#ready.length) {
      this.#ready = this.#ready.slice(this.#head);
      this.#head = 0;
    }
    return waiting;
  }
}

const hasRoom = (taker: Taker | undefined): taker is Taker =>
  taker?.open === true && taker.unsettled.size < taker.prefetch;
const earlierPlace = (a: WaitingMessage, b: WaitingMessage): boolean => a.seq < b.seq;

/** Keeps `before` true from each to the next; nearly always this appends. */
function insertSorted(
  list: WaitingMessage[],
  item: WaitingMessage,
  from: number,
  before: (a: WaitingMessage, b: WaitingMessage) => boolean,
): void {
  let low = from;
  let high = list.length;
  if (high === low || before(list[high - 1]!, item)) {
    list.push(item);
    return;
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(list[middle]!, item)) low = middle + 1;
    else high = middle;
  }
  list.splice(low, 0, item);
}
