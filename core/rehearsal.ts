/**
 * Applying without writing: batches are decided as the hub would decide them, against the store as it
 * is now, and what would be committed is kept in memory on top of it.
 */
import { hash } from 'node:crypto';
import { type Answered, answersIn } from './apply/answersIn.ts';
import { withEnriched } from './apply/readBatch.ts';
import type { ReceivedBatch } from './apply/round.ts';
import { Round } from './apply/round.ts';
import { upcast } from './apply/upcast.ts';
import type { Commit } from './commit.ts';
import { eventsOf } from './deliver/stockEvents.ts';
import { type HandedBody, handedBatch } from './handedBatch.ts';
import { isCommandQueue } from './intake/publishBatches.ts';
import type { Balance, OutboxRecord, Period } from './ledger.ts';
import {
  type BatchPart,
  type Command,
  type CommandBatch,
  type CommandType,
  commandsOf,
  type Envelope,
  type ParkedRecord,
  textOfBody,
} from './message.ts';
import { compareUtf8 } from './order.ts';
import type {
  Books,
  Broker,
  BrokerLook,
  BrokerMessage,
  Consumer,
  DeadLetter,
  RoundStore,
} from './ports.ts';
import { withCommitsKept } from './rehearsal/StoreOverlay.ts';
import { RecentTexts } from './relay/RecentTexts.ts';
import type { Runtime } from './runtime.ts';
import type { StockPolicy } from './stock/policy.ts';
import { Workspace } from './stock/workspace.ts';

/** What became of the messages of a payload. */
export interface PayloadOutcome {
  booked: number;
  exists: number;
  parked: number;
  answers: Readonly<Record<string, number>>;
}

export interface RehearsalOutcome extends PayloadOutcome {
  answers: Record<string, number>;
  messages: Map<CommandType, number>;
  /** The first of them. */
  samples: Command[];
  /** What would be done to the period. */
  closed: Period['log'];
  /** The first answers about reservations that would book nothing. */
  answered: Answered[];
  /** The first of what would be parked. */
  parkedSamples: ParkedRecord[];
  /** The first of what subscribers would be told. */
  events: Envelope[];
  /** By queue, the first of what would be handed on. */
  handed: Map<string, HandedBody[]>;
}

/** How much of a rehearsal is kept to be shown. */
export interface RehearsalBounds {
  samples: number;
  parkedSamples: number;
  /** Events that subscribers would be told, and of each queue records that are handed on. */
  events: number;
}

const shown: RehearsalBounds = { samples: 2, parkedSamples: 10, events: 20 };

/** All of it: for a payload that is small enough to be looked at whole. */
export const keepAll: RehearsalBounds = {
  samples: Number.POSITIVE_INFINITY,
  parkedSamples: Number.POSITIVE_INFINITY,
  events: Number.POSITIVE_INFINITY,
};

/** Takes the place of the broker: what is published is decided at once, in order. */
export class Rehearsal implements Broker {
  readonly outcome: RehearsalOutcome = {
    messages: new Map(),
    samples: [],
    booked: 0,
    exists: 0,
    parked: 0,
    answers: {},
    closed: [],
    answered: [],
    parkedSamples: [],
    events: [],
    handed: new Map(),
  };
  readonly #workspace: Workspace;
  readonly #store: RoundStore;
  readonly #runtime: Runtime;
  readonly #policy: StockPolicy;
  readonly #bounds: RehearsalBounds;
  /** Texts of what moved, which the outbox has only as references. */
  readonly #texts = new RecentTexts(Number.POSITIVE_INFINITY);
  readonly #outbox: OutboxRecord[] = [];
  readonly #skus = new Set<string>();
  #last: Promise<void> = Promise.resolve();

  constructor(store: Books, runtime: Runtime, policy: StockPolicy, bounds = shown) {
    this.#bounds = bounds;
    this.#store = withCommitsKept(store, (commit) => this.#committed(commit));
    this.#runtime = runtime;
    this.#policy = policy;
    this.#workspace = new Workspace(policy);
  }

  publish(messages: readonly BrokerMessage[]): Promise<void> {
    this.#last = this.#last.then(async () => {
      for (const message of messages) await this.#decide(message);
    });
    return this.#last;
  }

  async #decide(message: BrokerMessage): Promise<void> {
    if ('queue' in message.to && !isCommandQueue(message.to.queue)) {
      this.#keep(message.to.queue, message.body);
      return;
    }
    const { parts } = JSON.parse(textOfBody(message.body)) as CommandBatch;
    for (const part of parts) await this.#decidePart(part, hash('sha256', message.body, 'hex'));
  }

  #keep(queue: string, body: Uint8Array): void {
    const { handed } = this.outcome;
    const kept = handed.get(queue) ?? [];
    const room = this.#bounds.events - kept.length;
    if (room > 0) handed.set(queue, [...kept, ...handedBatch(body).records.slice(0, room)]);
  }

  async #decidePart(part: BatchPart, digest: string): Promise<void> {
    const commands = upcast(withEnriched(commandsOf(part)));
    for (const command of commands) {
      const { messages, samples } = this.outcome;
      messages.set(command.type, (messages.get(command.type) ?? 0) + 1);
      if (samples.length < this.#bounds.samples) samples.push(command);
    }
    const received: ReceivedBatch = { ...part, commands, digest, redelivered: false };
    const parts = {
      broker: this,
      store: this.#store,
      runtime: this.#runtime,
      policy: this.#policy,
      committed: () => undefined,
      ...(this.#keepsEvents ? { recent: this.#texts } : {}),
    };
    await new Round(parts, this.#workspace, [received], { careful: false }).commit();
    this.#workspace.committed();
    this.#tell();
  }

  /** Once it is committed: only then the texts of what moved are there. */
  #tell(): void {
    for (const { id, body } of this.#outbox.splice(0)) {
      const room = this.#bounds.events - this.outcome.events.length;
      if (room > 0)
        this.outcome.events.push(...eventsOf(this.#texts.get(id) ?? body).slice(0, room));
      this.#texts.forget(id);
    }
  }

  get #keepsEvents(): boolean {
    return this.outcome.events.length < this.#bounds.events;
  }

  /** As they would be. */
  get books(): Books {
    return this.#store;
  }

  /** Balances of all SKUs that were changed, as they would be. */
  async stock(): Promise<Balance[]> {
    await this.#last;
    const skus = [...this.#skus].sort(compareUtf8);
    const loaded = await this.#store.load({ skus, reservations: [], openOrders: [] });
    return loaded.skus.flatMap(({ balances }) => balances);
  }

  #committed(commit: Commit): void {
    const { tallies, parked, period, recordedAt, outbox, packs, reservations, inbox } = commit;
    if (this.#keepsEvents) this.#outbox.push(...outbox);
    for (const { sku } of packs) this.#skus.add(sku);
    const done = period?.log.filter((line) => line.recordedAt === recordedAt) ?? [];
    this.outcome.closed.push(...done);
    for (const tally of tallies) {
      this.outcome.booked += tally.booked;
      this.outcome.exists += tally.exists;
      const { answers } = this.outcome;
      for (const [code, count] of Object.entries(tally.answers ?? {}))
        answers[code] = (answers[code] ?? 0) + count;
      this.outcome.parked += tally.parked;
    }
    for (const { reservation } of reservations) {
      if (this.outcome.answered.length >= this.#bounds.parkedSamples) break;
      const lines = reservation.log.filter(({ source, messageId }) =>
        inbox.some((one) => one.source === source && one.id === messageId),
      );
      this.outcome.answered.push(...answersIn(reservation, lines));
    }
    const { parkedSamples } = this.outcome;
    parkedSamples.push(...parked.slice(0, this.#bounds.parkedSamples - parkedSamples.length));
  }

  // Nothing else of a broker is asked for when nothing is written.
  async declare(): Promise<void> {
    await this.#last;
  }

  async undeclare(): Promise<void> {
    return;
  }

  async remove(): Promise<number> {
    return 0;
  }

  async consume(): Promise<Consumer> {
    await this.#last;
    return { close: () => this.#last, release: () => this.#last };
  }

  async depth(): Promise<number> {
    await this.#last;
    return 0;
  }

  async look(): Promise<BrokerLook> {
    return { queues: [], dead: 0 };
  }

  async dead(): Promise<DeadLetter[]> {
    await this.#last;
    return [];
  }

  async consumeDead(): Promise<Consumer> {
    return this.consume();
  }

  async ping(): Promise<void> {
    await this.#last;
  }

  async close(): Promise<void> {
    await this.#last;
  }
}
