import { hash } from 'node:crypto';
import type { InboundMessage } from '../flow/compiledFlow.ts';
import { limits } from '../limits.ts';
import { type BatchPart, type SharedAttributes, sourceOf } from '../message.ts';
import type { BatchSeal } from './BatchSeal.ts';
import type { SpooledBatch } from './BatchSpool.ts';

/** What all parts of a payload share. */
export type PayloadFacts = Pick<BatchPart, 'origin' | 'shared' | 'traceparent' | 'tracestate'>;

/** Builds batches, one open for each partition, and gives them out by number. */
export class BatchWriter {
  readonly #facts: PayloadFacts;
  readonly #give: (batch: SpooledBatch) => Promise<void>;
  readonly #seal: BatchSeal | undefined;
  readonly #open: OpenBatch[];
  /** Of messages that name another source: by that, and by partition. */
  readonly #others = new Map<string, OpenBatch[]>();
  #index = 0;

  constructor(
    facts: PayloadFacts,
    partitions: number,
    give: (batch: SpooledBatch) => Promise<void>,
    seal?: BatchSeal,
  ) {
    this.#facts = facts;
    this.#give = give;
    this.#seal = seal;
    this.#open = Array.from({ length: partitions }, () => new OpenBatch());
  }

  /** A command, as JSON text. */
  addCommand(
    command: string,
    partition: number,
    records: number,
    source?: string,
  ): Promise<void> | undefined {
    const open = source === undefined ? this.#open : this.#openOf(source);
    const batch = open[partition]!;
    batch.addCommand(command, records);
    return batch.full ? this.#close(partition, { open, source }) : undefined;
  }

  #openOf(source: string): OpenBatch[] {
    let open = this.#others.get(source);
    if (!open) {
      open = this.#open.map(() => new OpenBatch());
      this.#others.set(source, open);
    }
    return open;
  }

  /** A parked record, as JSON text. */
  async addParked(parked: string, records: number): Promise<void> {
    const batch = this.#open[0]!;
    batch.addParked(parked, records);
    if (batch.full) await this.#close(0);
  }

  addFiltered(count: number): void {
    const batch = this.#open[0]!;
    batch.records += count;
    batch.filtered += count;
  }

  /** Records that were handed on: this part accounts for them, and has nothing of them. */
  addHanded(records: number): void {
    this.#open[0]!.records += records;
  }

  /** Gives out what is left; the last batch says how many there are. */
  async finish(): Promise<void> {
    for (const [source, open] of this.#others) {
      for (const [partition, batch] of open.entries())
        if (!batch.empty) await this.#close(partition, { open, source });
    }
    for (let partition = this.#open.length - 1; partition > 0; partition -= 1) {
      if (!this.#open[partition]!.empty) await this.#close(partition);
    }
    await this.#close(0, {}, this.#index + 1);
  }

  async #close(
    partition: number,
    { open = this.#open, source }: { open?: OpenBatch[]; source?: string | undefined } = {},
    batches?: number,
  ): Promise<void> {
    const batch = open[partition]!;
    open[partition] = new OpenBatch();
    const { records } = batch;
    const part = Buffer.concat(batch.part(this.#factsOf(source), this.#index, batches));
    this.#index += 1;
    await this.#give({ partition, records, part, seal: this.#seal?.of(hash('sha256', part)) });
  }

  #factsOf(source: string | undefined): PayloadFacts {
    const { shared, ...facts } = this.#facts;
    if (source === undefined || !shared) return this.#facts;
    return { ...facts, shared: { ...shared, source: sourceOf({ source }) } };
  }
}

const COMMA = 0x2c;
const FIRST_BYTES = 64 * 1024;

/** A BatchPart in the making, as JSON text: a command is written as it comes, so that its own text is soon gone. */
class OpenBatch {
  #commands = Buffer.alloc(0);
  #written = 0;
  readonly #parked: string[] = [];
  #bytes = 0;
  records = 0;
  filtered = 0;

  addCommand(json: string, records: number): void {
    // At most three bytes a character, and a comma.
    const most = this.#written + json.length * 3 + 1;
    if (most > this.#commands.length) this.#makeRoom(most);
    if (this.#written > 0) this.#written = this.#commands.writeUInt8(COMMA, this.#written);
    this.#written += this.#commands.write(json, this.#written);
    this.#grow(json.length, records);
  }

  #makeRoom(bytes: number): void {
    const before = this.#commands;
    this.#commands = Buffer.allocUnsafe(Math.max(FIRST_BYTES, before.length * 2, bytes));
    before.copy(this.#commands, 0, 0, this.#written);
  }

  addParked(json: string, records: number): void {
    this.#parked.push(json);
    this.#grow(json.length, records);
  }

  #grow(bytes: number, records: number): void {
    this.#bytes += bytes;
    this.records += records;
  }

  get full(): boolean {
    return this.records >= limits.batchRecords || this.#bytes >= limits.batchBytes;
  }

  get empty(): boolean {
    return this.#written === 0 && this.#parked.length === 0 && this.records === 0;
  }

  /** Its text, in pieces. */
  part(facts: PayloadFacts, index: number, batches: number | undefined): Buffer[] {
    const shared = JSON.stringify(facts).slice(1, -1);
    const head = `${shared},"index":${index},"records":${this.records},"filtered":${this.filtered}`;
    const tail = batches === undefined ? '' : `,"batches":${batches}`;
    return [
      Buffer.from(`{${head},"commands":[`),
      this.#commands.subarray(0, this.#written),
      Buffer.from(`],"parked":[${this.#parked.join(',')}]${tail}}`),
    ];
  }
}

/** What the envelopes of all commands of a payload share. */
export const sharedAttributes = (
  source: string,
  time: string,
  actor: string,
): SharedAttributes => ({
  specversion: '1.0',
  source,
  time,
  datacontenttype: 'application/json',
  actor,
});

/** The rest of the command's CloudEvents envelope; `key` and `dataJson` are in it as they are. */
export const commandJson = (
  { type, contenthash, record, dataJson, enriched }: InboundMessage,
  key: string,
): string => {
  const beside = enriched ? `,"enriched":${JSON.stringify(enriched)}` : '';
  return `{"id":${key},"type":"${type}","contenthash":"${contenthash}","record":${record},"data":${dataJson}${beside}}`;
};

/** What decides the partition. */
interface Keyed {
  reservation?: string;
  document?: string;
  sku?: string;
  location?: string;
  lines?: { sku?: string; receipt?: string }[];
}

/**
 * Work is partitioned by the document's first SKU, so that two partitions rarely meet. What is changed
 * by its own number (a reservation, an open order) goes by that, so that its messages keep their order.
 */
export function partitionOf({ type, data }: InboundMessage, partitions: number): number {
  if (partitions === 1) return 0;
  const { reservation, document, lines, sku, location } = data as Keyed;
  const own = type === 'order.upsert.v1' ? document : reservation;
  const key = own ?? lines?.[0]?.sku ?? lines?.[0]?.receipt ?? sku ?? location ?? document ?? '';
  return parseInt(hash('sha256', key, 'hex').slice(0, 8), 16) % partitions;
}
