/**
 * How batches of commands of all payloads of this process come to their queues: in the order in which they are sent, and
 * small ones together, so that many small payloads make one message and wait for one confirm.
 */
import { faultOf, isRetryable } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Origin } from '../message.ts';
import type { Broker, BrokerMessage, PlaceInLine } from '../ports.ts';
import type { BatchNumber, BatchNumbers } from '../producers/BatchNumbers.ts';
import type { SpooledBatch } from './BatchSpool.ts';
import { batchText } from './batchText.ts';

interface LaneParts {
  broker: Pick<Broker, 'publish'>;
  /** Of the batches of this process; left out: they have none. */
  numbers?: BatchNumbers;
}

/** One batch of a payload, which its id knows again. */
export interface SentBatch {
  id: string;
  queue: string;
  origin: Origin;
  batch: SpooledBatch;
  place?: PlaceInLine | undefined;
}

interface Waiting extends SentBatch {
  resolve(): void;
  reject(error: unknown): void;
}

/** Such a batch waits for no message but one of others like it, and goes with them. */
export const isSmall = ({ part }: SpooledBatch): boolean =>
  part.byteLength <= limits.joinedPartBytes;

export class PublishLanes {
  readonly #parts: LaneParts;
  /** By queue. */
  readonly #lanes = new Map<string, Lane>();

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  /** Resolves when it is durable. Of one whose place in line is held nothing is published. */
  send(sent: SentBatch): Promise<void> {
    let lane = this.#lanes.get(sent.queue);
    if (!lane) {
      lane = new Lane(this.#parts);
      this.#lanes.set(sent.queue, lane);
    }
    return lane.send(sent);
  }
}

/**
 * The way to one queue. One message of small batches is on its way at a time: what comes meanwhile goes with the next, and
 * what is alone goes at once. Large ones go beside each other, but never before a small one that was sent earlier.
 */
class Lane {
  readonly #parts: LaneParts;
  #waiting: Waiting[] = [];
  #isOnWay = false;

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  send(sent: SentBatch): Promise<void> {
    return new Promise((resolve, reject) => {
      sent.place?.check();
      this.#waiting.push({ ...sent, resolve, reject });
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#waiting.length > 0 && !this.#isOnWay) {
      const isLarge = !isSmall(this.#waiting[0]!.batch);
      const sent = this.#waiting.splice(0, isLarge ? 1 : this.#countOfNext());
      const published = this.#publish(sent);
      if (isLarge) continue;
      this.#isOnWay = true;
      published.then(() => {
        this.#isOnWay = false;
        this.#pump();
      });
    }
  }

  /** How many of those in front go as one message. */
  #countOfNext(): number {
    let [bytes, records] = [0, 0];
    const end = this.#waiting.findIndex(({ batch }, index) => {
      bytes += batch.part.byteLength;
      records += batch.records;
      const isFull = bytes > limits.batchBytes || records > limits.batchRecords;
      return !isSmall(batch) || index >= limits.joinedParts || (index > 0 && isFull);
    });
    return end < 0 ? this.#waiting.length : end;
  }

  /** Each of them hears what became of it, and of no other. Gives the passing failure that it met. */
  async #publish(sent: readonly Waiting[]): Promise<{ error: unknown } | undefined> {
    const number = this.#numberOf(sent);
    try {
      await this.#parts.broker.publish([messageOf(sent, number)]);
    } catch (error) {
      number?.givenUp();
      if (!isRetryable(faultOf(error))) return this.#publishApart(sent, error);
      this.#fail([...sent, ...this.#waiting.splice(0)], error);
      return { error };
    }
    number?.confirmed();
    for (const { resolve } of sent) resolve();
    return undefined;
  }

  #numberOf(sent: readonly Waiting[]): BatchNumber | undefined {
    const origins = new Map(sent.map(({ origin }) => [origin.intakeId, origin]));
    const { partition } = sent[0]!.batch;
    return this.#parts.numbers?.next(partition, [...origins.values()]);
  }

  /** It was refused for itself, as one that is too large: one of them may be the reason, or that they are many. */
  async #publishApart(
    sent: readonly Waiting[],
    refusal: unknown,
  ): Promise<{ error: unknown } | undefined> {
    if (sent.length === 1) sent[0]!.reject(refusal);
    for (const [index, one] of sent.length === 1 ? [] : sent.entries()) {
      const failure = await this.#publish([one]);
      if (!failure) continue;
      this.#fail(sent.slice(index + 1), failure.error);
      return failure;
    }
    return undefined;
  }

  /** What is behind one that failed waits for the same broker, and must not go before it when that comes again. */
  #fail(sent: readonly Waiting[], error: unknown): void {
    for (const { place, reject } of sent) {
      place?.hold();
      reject(error);
    }
  }
}

function messageOf(sent: readonly Waiting[], number: BatchNumber | undefined): BrokerMessage {
  const [{ id, queue }] = sent as readonly [Waiting];
  const body = batchText(
    sent.map(({ batch }) => batch),
    number,
  );
  return {
    id: sent.length === 1 ? id : `${id}+${sent.length - 1}`,
    to: { queue },
    body,
    contentType: 'application/json',
  };
}
