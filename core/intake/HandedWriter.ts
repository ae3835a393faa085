import type { HandedRecord } from '../flow/compiledFlow.ts';
import { type HandedHead, handedBatchText } from '../handedBatch.ts';
import { limits } from '../limits.ts';
import type { SpooledHanded } from './BatchSpool.ts';

/** Builds batches of handed records, one open for each queue, bounded as those of commands are. */
export class HandedWriter {
  readonly #head: HandedHead;
  readonly #give: (batch: SpooledHanded) => Promise<void>;
  readonly #open = new Map<string, { bodies: string[]; characters: number }>();

  constructor(head: HandedHead, give: (batch: SpooledHanded) => Promise<void>) {
    this.#head = head;
    this.#give = give;
  }

  /** A promise only where a batch is full. */
  add({ queue, json }: Pick<HandedRecord, 'queue' | 'json'>): Promise<void> | undefined {
    let open = this.#open.get(queue);
    if (!open) {
      open = { bodies: [], characters: 0 };
      this.#open.set(queue, open);
    }
    open.bodies.push(json);
    open.characters += json.length;
    const { batchRecords, batchBytes } = limits;
    const isFull = open.bodies.length >= batchRecords || open.characters >= batchBytes;
    return isFull ? this.#close(queue, open.bodies) : undefined;
  }

  /** Gives out what is left. */
  async finish(): Promise<void> {
    for (const [queue, { bodies }] of this.#open) await this.#close(queue, bodies);
  }

  async #close(queue: string, bodies: readonly string[]): Promise<void> {
    this.#open.delete(queue);
    await this.#give({ queue, body: Buffer.from(handedBatchText(this.#head, bodies)) });
  }
}
