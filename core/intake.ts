/**
 * Intake: payload → codec → steps → canonical messages → broker. A payload is acknowledged only when
 * everything that came of it is durable there. Nothing is kept in memory beyond a few batches.
 */
import type { Fault } from './errors.ts';
import { faultOf, isRetryable, StockbusError } from './errors.ts';
import type {
  InboundFlow,
  InboundMessage,
  InboundParked,
  InboundResult,
} from './flow/compiledFlow.ts';
import { BatchWriter, type BatchWriterParts } from './intake/batchWriter.ts';
import { RejectsFile } from './intake/rejectsFile.ts';
import { ToldHints } from './intake/ToldHints.ts';
import { limits } from './limits.ts';
import { makeParked } from './parked.ts';
import type { Payload, Receipt, SourceRecord } from './ports.ts';
import type { Runtime } from './runtime.ts';
import { timeOfId } from './runtime.ts';

export interface IntakeParts extends BatchWriterParts {
  runtime: Runtime;
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
  readonly #hints: ToldHints;
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
      told: [],
    };
    this.#hints = new ToldHints(payload.origin.name, flow.allow);
    this.#batches = new BatchWriter(parts, payload.origin);
    this.#rejects = new RejectsFile(payload.rejects, flow.read.codec);
    // Taken from the id, so that the same payload read again makes the same batches to the byte.
    const startedAt = timeOfId(payload.origin.intakeId) ?? parts.runtime.now();
    this.#time = new Date(startedAt).toISOString();
  }

  async run(): Promise<Receipt> {
    const run = this.#flow.makeRun();
    try {
      const { origin, contentType } = this.#payload;
      const context = { name: origin.name, contentType };
      for await (const records of this.#flow.read.codec.read(this.#payload.body, context)) {
        if (records.some(({ open }) => open)) await this.#payload.whole?.();
        await this.#take(await run.push(records));
      }
      await this.#takeHeldBack(await run.flush());
    } catch (error) {
      await this.#refuse(faultOf(error), error, run.flush.bind(run));
    }
    await this.#batches.finish();
    await this.#rejects.end();
    this.#receipt.told = this.#hints.list();
    this.#report();
    return this.#receipt;
  }

  /** What steps gave out at the end: documents that more records could still have joined. */
  async #takeHeldBack(result: InboundResult): Promise<void> {
    if (result.messages.length + result.parked.length > 0) await this.#payload.whole?.();
    await this.#take(result);
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
      if (message.told) this.#hints.add(message.told);
      await this.#batches.addMessage(message, this.#flow.source, this.#time);
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
    if (!(error instanceof StockbusError) || isRetryable(fault)) throw error;
    if (error.atEnd) await this.#payload.whole?.();
    if (this.#receipt.records === 0) throw error;
    await this.#takeHeldBack(await flush());
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
    const { records, filtered, messages, parked, told, origin } = this.#receipt;
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
    for (const hint of told)
      log('warn', 'intake.told', { intakeId: origin.intakeId, flow: origin.flow, ...hint });
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
