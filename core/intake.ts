/**
 * Intake: payload → codec → steps → canonical messages → broker. A payload is acknowledged only when
 * everything that came of it is durable there. Nothing is kept in memory beyond a few batches.
 */
import { hash } from 'node:crypto';
import type { Fault } from './errors.ts';
import { faultOf, isRetryable, StockbusError } from './errors.ts';
import type {
  InboundFlow,
  InboundMessage,
  InboundParked,
  InboundResult,
} from './flow/compiledFlow.ts';
import { RejectsFile } from './intake/rejectsFile.ts';
import { limits } from './limits.ts';
import type { Origin, ParkedRecord } from './message.ts';
import { makeParked } from './parked.ts';
import type { Broker, Payload, Receipt, SourceRecord } from './ports.ts';
import type { Runtime } from './runtime.ts';
import { timeOfId } from './runtime.ts';

/** Work queue of one partition of the commands. */
export const commandQueue = (partition: number): string => `stock.commands.${partition}`;

export interface IntakeParts {
  broker: Broker;
  runtime: Runtime;
  partitions: number;
}

/** Receipts carry this many faults; `parked` counts all of them. */
const FAULTS_SHOWN = 20;

/** Takes one payload through one flow. Throws when it could not be made durable, or not be read. */
export async function takeIn(
  parts: IntakeParts,
  flow: InboundFlow,
  payload: Payload,
): Promise<Receipt> {
  const intake = new Intake(parts, flow, payload);
  return intake.run();
}

class Intake {
  readonly #parts: IntakeParts;
  readonly #flow: InboundFlow;
  readonly #payload: Payload;
  readonly #receipt: Receipt;
  readonly #batches: BatchWriter;
  readonly #rejects: RejectsFile;
  readonly #time: string;

  constructor(parts: IntakeParts, flow: InboundFlow, payload: Payload) {
    this.#parts = parts;
    this.#flow = flow;
    this.#payload = payload;
    this.#receipt = {
      origin: payload.origin,
      records: 0,
      filtered: 0,
      messages: 0,
      parked: 0,
      faults: [],
    };
    this.#batches = new BatchWriter(parts, payload.origin);
    this.#rejects = new RejectsFile(payload.rejects, flow.read.codec);
    // Taken from the id, so that the same payload read again makes the same batches to the byte.
    const startedAt = timeOfId(payload.origin.intakeId) ?? parts.runtime.now();
    this.#time = new Date(startedAt).toISOString();
  }

  async run(): Promise<Receipt> {
    const run = this.#flow.makeRun();
    try {
      const context = { name: this.#payload.origin.name };
      for await (const records of this.#flow.read.codec.read(this.#payload.body, context)) {
        await this.#take(await run.push(records));
      }
      await this.#take(await run.flush());
    } catch (error) {
      await this.#refuse(faultOf(error), error, run.flush.bind(run));
    }
    await this.#batches.finish();
    await this.#rejects.end();
    this.#report();
    return this.#receipt;
  }

  async #take(result: InboundResult): Promise<void> {
    const counts = this.#receipt;
    for (const message of result.messages) {
      counts.records += message.records;
      if (exceedsDocument(message.dataJson)) {
        await this.#park({ ...message, faults: [tooLargeFault(message)] });
        continue;
      }
      counts.messages += 1;
      await this.#batches.addMessage(message, this.#flow.name, this.#time);
    }
    for (const parked of result.parked) {
      counts.records += parked.records;
      await this.#park(parked);
    }
    counts.records += result.filtered;
    counts.filtered += result.filtered;
    this.#batches.addFiltered(result.filtered);
  }

  async #park(parked: InboundParked): Promise<void> {
    this.#receipt.parked += 1;
    for (const fault of parked.faults) this.#show(fault);
    const { origin } = this.#payload;
    await this.#batches.addParked(
      makeParked({
        origin,
        stage: 'intake',
        faults: parked.faults.map((fault) => ({
          ...fault,
          at: { file: origin.name, ...fault.at },
        })),
        record: parked.record,
        content: contentOf(parked.members),
      }),
      parked.records,
    );
    await this.#rejects.add(parked);
  }

  /**
   * The payload cannot be read further. When nothing of it was read, or the world was wrong, it is as
   * if it had not come; otherwise what came before counts and the rest is parked as one fault.
   */
  async #refuse(
    fault: Fault,
    error: unknown,
    flush: () => Promise<InboundResult> | InboundResult,
  ): Promise<void> {
    if (!(error instanceof StockbusError) || isRetryable(fault) || this.#receipt.records === 0)
      throw error;
    await this.#take(await flush());
    this.#receipt.refused = fault;
    await this.#park({
      faults: [fault],
      record: this.#receipt.records + 1,
      records: 0,
      members: [],
    });
  }

  #show(fault: Fault): void {
    if (this.#receipt.faults.length >= FAULTS_SHOWN) return;
    this.#receipt.faults.push({ ...fault, at: { file: this.#payload.origin.name, ...fault.at } });
  }

  #report(): void {
    const { records, filtered, messages, parked, origin } = this.#receipt;
    const { log, metrics } = this.#parts.runtime;
    log('info', 'intake.done', {
      intakeId: origin.intakeId,
      flow: origin.flow,
      name: origin.name,
      records,
      filtered,
      messages,
      parked,
    });
    metrics.count('stockbus_intake_records_total', records, { flow: origin.flow });
    metrics.count('stockbus_intake_parked_total', parked, { flow: origin.flow });
  }
}

/** Counts bytes only where the characters, of at most three bytes each, could be too many. */
function exceedsDocument(
  text: string,
  written: (text: string) => string = (same) => same,
): boolean {
  if (text.length * 3 <= limits.documentBytes) return false;
  return Buffer.byteLength(written(text)) > limits.documentBytes;
}

function tooLargeFault({ id, dataJson, record }: InboundMessage): Fault {
  const bytes = Buffer.byteLength(dataJson);
  const message = `the document ${id} has ${bytes} bytes, at most ${limits.documentBytes} are taken`;
  return { code: 'PAYLOAD_TOO_LARGE', message, at: { record } };
}

/** The records as they were read, as JSON text, within its bound. */
function contentOf(members: readonly SourceRecord[]): string {
  const records = members.map(({ record, line, value, raw }) => ({ record, line, value, raw }));
  const text = JSON.stringify(records);
  // On its way it is text within JSON, where quotes take twice their size.
  if (!exceedsDocument(text, JSON.stringify)) return text;
  const first = members[0]?.record;
  const last = members.at(-1)?.record;
  return JSON.stringify([
    {
      tooLarge: true,
      firstRecord: first,
      lastRecord: last,
      start: text.slice(0, limits.batchBytes),
    },
  ]);
}

/** Builds batches, one open for each partition, and publishes them with a bound on those in flight. */
class BatchWriter {
  readonly #parts: IntakeParts;
  readonly #origin: Origin;
  readonly #open: OpenBatch[];
  readonly #inFlight = new Set<Promise<void>>();
  #index = 0;
  #failure: unknown;

  constructor(parts: IntakeParts, origin: Origin) {
    this.#parts = parts;
    this.#origin = origin;
    this.#open = Array.from({ length: parts.partitions }, () => new OpenBatch());
  }

  async addMessage(message: InboundMessage, flow: string, time: string): Promise<void> {
    const partition = this.#open.length === 1 ? 0 : partitionOf(message, this.#open.length);
    const batch = this.#open[partition]!;
    batch.addCommand(commandJson(message, flow, time), message.records);
    if (batch.full) await this.#publish(partition);
  }

  async addParked(parked: ParkedRecord, records: number): Promise<void> {
    const batch = this.#open[0]!;
    batch.addParked(JSON.stringify(parked), records);
    if (batch.full) await this.#publish(0);
  }

  addFiltered(count: number): void {
    const batch = this.#open[0]!;
    batch.records += count;
    batch.filtered += count;
  }

  /** Publishes what is left; the last batch says how many there are. Resolves when all are durable. */
  async finish(): Promise<void> {
    for (let partition = this.#open.length - 1; partition > 0; partition -= 1) {
      if (!this.#open[partition]!.empty) await this.#publish(partition);
    }
    await this.#publish(0, this.#index + 1);
    await Promise.all(this.#inFlight);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #publish(partition: number, batches?: number): Promise<void> {
    const batch = this.#open[partition]!;
    this.#open[partition] = new OpenBatch();
    const index = this.#index;
    this.#index += 1;
    const body = Buffer.from(batch.json(this.#origin, index, batches));
    const id = `${this.#origin.intakeId}/${index}`;
    const sent = this.#parts.broker
      .publish([
        { id, to: { queue: commandQueue(partition) }, body, contentType: 'application/json' },
      ])
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#inFlight.delete(sent));
    this.#inFlight.add(sent);
    while (this.#inFlight.size >= limits.publishInFlightBatches) await Promise.race(this.#inFlight);
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/** JSON text of a CommandBatch in the making: parts are serialised once and joined at the end. */
class OpenBatch {
  readonly #commands: string[] = [];
  readonly #parked: string[] = [];
  #bytes = 0;
  records = 0;
  filtered = 0;

  addCommand(json: string, records: number): void {
    this.#commands.push(json);
    this.#grow(json.length, records);
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
    return this.#commands.length === 0 && this.#parked.length === 0 && this.records === 0;
  }

  json(origin: Origin, index: number, batches: number | undefined): string {
    const head = `"origin":${JSON.stringify(origin)},"index":${index},"records":${this.records},"filtered":${this.filtered}`;
    const tail = batches === undefined ? '' : `,"batches":${batches}`;
    return `{${head},"commands":[${this.#commands.join(',')}],"parked":[${this.#parked.join(',')}]${tail}}`;
  }
}

/** The command's CloudEvents envelope; `dataJson` is in it as it is. */
function commandJson(message: InboundMessage, flow: string, time: string): string {
  return (
    `{"specversion":"1.0","id":${JSON.stringify(message.id)},"source":"/flows/${flow}","type":"${message.type}",` +
    `"time":"${time}","datacontenttype":"application/json","contenthash":"${message.contenthash}",` +
    `"record":${message.record},"data":${message.dataJson}}`
  );
}

/** Work is partitioned by the document's first SKU, so that two partitions rarely meet. */
function partitionOf(message: InboundMessage, partitions: number): number {
  const data = message.data as { sku?: string; location?: string; lines?: { sku: string }[] };
  const key = data.lines?.[0]?.sku ?? data.sku ?? data.location ?? '';
  return parseInt(hash('sha256', key, 'hex').slice(0, 8), 16) % partitions;
}
