/**
 * Intake: payload → codec → steps → canonical messages → broker. What a payload became waits in a spool
 * until all of it is known; then it is published. A payload is acknowledged only when everything that
 * came of it is durable in the broker.
 */
import type { Fault } from './errors.ts';
import { faultOf, isRetryable, StockbusError } from './errors.ts';
import type {
  HandedRecord,
  InboundMessage,
  InboundParked,
  InboundResult,
  InboundRun,
  TakingFlow,
} from './flow/compiledFlow.ts';
import { aboutPayload } from './intake/aboutPayload.ts';
import { BatchSpool } from './intake/BatchSpool.ts';
import { BatchWriter, commandJson, partitionOf, sharedAttributes } from './intake/batchWriter.ts';
import { detached, isMostlyDropped } from './intake/detached.ts';
import { EntryNames } from './intake/EntryNames.ts';
import { HandedWriter } from './intake/HandedWriter.ts';
import { type AcceptedLog, IntakeWatch } from './intake/IntakeWatch.ts';
import { KeptBack, type KeptThing, mayBeKeptBack, withoutKept } from './intake/KeptBack.ts';
import { KeptBody, keepIn } from './intake/KeptBody.ts';
import { MessageKeys } from './intake/MessageKeys.ts';
import { type IntakeBounds, ParkedBounds, payloadRefused } from './intake/ParkedBounds.ts';
import { parkedContent } from './intake/parkedContent.ts';
import { keyOfOther, type PublishParts, publishBatches } from './intake/publishBatches.ts';
import { RejectsFile } from './intake/rejectsFile.ts';
import { ToldHints } from './intake/ToldHints.ts';
import { flowActor, sourceOf } from './message.ts';
import { makeParked } from './parked.ts';
import type { AboutPayload, Payload, PayloadReading, Receipt } from './ports.ts';
import type { Runtime } from './runtime.ts';
import { timeOfId } from './runtime.ts';
import type { SpoolFolder } from './spool/SpoolFolder.ts';

export interface IntakeParts extends PublishParts {
  partitions: number;
  runtime: Runtime;
  spool: SpoolFolder;
  /** Left out: those of limits. */
  bounds?: IntakeBounds;
  /** Left out: what came is noted nowhere. */
  history?: AcceptedLog;
}

/** Receipts carry this many faults; `parked` counts all of them. */
const FAULTS_SHOWN = 20;

/**
 * Takes one payload through one flow. Throws when it could not be made durable, or not be read, or
 * when too much of it is wrong: then nothing of it is published.
 */
export async function takeIn(
  parts: IntakeParts,
  flow: TakingFlow,
  payload: Payload,
): Promise<Receipt> {
  const intake = new Intake(parts, flow, payload);
  return intake.run();
}

class Intake {
  readonly #parts: IntakeParts;
  readonly #flow: TakingFlow;
  readonly #payload: Payload;
  readonly #receipt: Receipt;
  readonly #bounds: ParkedBounds;
  readonly #keys: MessageKeys;
  readonly #batches: BatchWriter;
  readonly #handed: HandedWriter;
  readonly #spool: BatchSpool;
  readonly #reading: PayloadReading;
  readonly #rejects: RejectsFile;
  readonly #hints: ToldHints;
  readonly #received: string;
  /** Where the flow reads the hash of the payload. */
  readonly #kept: KeptBody | undefined;
  readonly #watch: IntakeWatch;
  readonly #entries = new EntryNames();
  #isWhole = false;
  #isBroken = false;

  constructor(parts: IntakeParts, flow: TakingFlow, payload: Payload) {
    this.#parts = parts;
    this.#flow = flow;
    this.#payload = payload;
    this.#receipt = {
      origin: payload.origin,
      records: 0,
      filtered: 0,
      droppedParts: 0,
      passedOver: {},
      messages: 0,
      parked: 0,
      faults: [],
      told: [],
    };
    this.#hints = new ToldHints(payload.origin.name, flow.allow);
    this.#bounds = new ParkedBounds(parts.bounds, flow.stopAt);
    this.#watch = new IntakeWatch(parts, flow, payload);
    this.#keys = new MessageKeys(parts.spool);
    this.#spool = new BatchSpool(parts.spool);
    const { origin, contentType, body } = payload;
    // Taken from the id, so that the same payload read again makes the same batches to the byte.
    const startedAt = timeOfId(origin.intakeId) ?? parts.runtime.now();
    const time = new Date(startedAt).toISOString();
    this.#received = payload.received ?? time;
    this.#kept = flow.readsOfPayload.has('sha256') ? new KeptBody(parts.spool) : undefined;
    const actor = payload.actor ?? flowActor(flow.name);
    const shared = sharedAttributes(sourceOf(flow), time, actor);
    this.#batches = new BatchWriter(
      { origin, shared, ...this.#watch.trace },
      parts.partitions,
      (batch) => this.#spool.add(batch),
      parts.seal,
    );
    this.#handed = new HandedWriter({ origin, time, actor, ...this.#watch.trace }, (batch) =>
      this.#spool.add(batch),
    );
    const { passedOver = {} } = this.#receipt;
    this.#reading = flow.read.codec.read(this.#kept?.read() ?? this.#watched(body), {
      name: origin.name,
      contentType,
      asStated: flow.allow.includes('ENCODING_CONFLICT'),
      keep: keepIn(parts.spool),
      passedOver: (name, count) => {
        passedOver[name] = (passedOver[name] ?? 0) + count;
      },
    });
    this.#rejects = new RejectsFile(payload.rejects, this.#reading);
  }

  async run(): Promise<Receipt> {
    try {
      await this.#read();
      await this.#publish();
    } catch (error) {
      this.#watch.failed(error);
      throw error;
    } finally {
      await this.#spool.close();
      await this.#keys.close();
      await this.#kept?.close();
    }
    await this.#rejects.end();
    this.#receipt.told = this.#hints.list();
    this.#report();
    await this.#watch.done(this.#receipt);
    return this.#receipt;
  }

  /** What the flow reads of the payload itself. */
  async #facts(): Promise<AboutPayload | undefined> {
    if (this.#flow.readsOfPayload.size === 0) return undefined;
    const facts = aboutPayload(this.#payload, this.#received);
    if (!this.#kept) return facts;
    return { ...facts, sha256: await this.#kept.keep(this.#watched(this.#payload.body)) };
  }

  /** The body, with a note of its failing: that is no fault of what stands in it. */
  async *#watched(body: Payload['body']): Payload['body'] {
    try {
      for await (const chunk of body) {
        this.#watch.see(chunk);
        yield chunk;
      }
    } catch (error) {
      this.#isBroken = true;
      throw error;
    }
  }

  // --- reading ------------------------------------------------------------------------------------

  async #read(): Promise<void> {
    const facts = await this.#facts();
    const run = this.#flow.makeRun(this.#parts.spool, facts);
    const { pictures } = this.#watch;
    if (pictures) pictures.facts = facts;
    if (run.gathers) this.#rejects.hold();
    try {
      for await (const records of this.#reading) {
        this.#entries.see(records);
        if (records.some(({ open }) => open)) await this.#confirmWhole();
        if (pictures?.takesSound) await pictures.read(records);
        await this.#take(await run.push(records));
        // A payload that is there at once would have the process to itself: others get their turn.
        await new Promise((resolve) => setImmediate(resolve));
      }
      await this.#takeHeldBack(run);
    } catch (error) {
      await this.#refuseRest(faultOf(error), error, run);
    } finally {
      await run.close();
    }
  }

  /** What steps gave out at the end: documents that more records could still have joined. */
  async #takeHeldBack(run: InboundRun): Promise<void> {
    this.#rejects.release();
    for await (const result of run.flush()) {
      const { messages, parked, handed = [] } = result;
      if (messages.length + parked.length + handed.length > 0) await this.#confirmWhole();
      await this.#take(result);
    }
    this.#hints.add(run.told());
  }

  /** Asked once: nothing more comes after it. */
  async #confirmWhole(): Promise<void> {
    if (this.#isWhole) return;
    await this.#payload.whole?.();
    this.#isWhole = true;
  }

  async #take(result: InboundResult): Promise<void> {
    const counts = this.#receipt;
    const { messages, handed = [], filtered } = result;
    if (isMostlyDropped(messages.length + handed.length, filtered)) {
      const copies = new Map<object, unknown>();
      result.messages = messages.map((message) => detached(message, copies));
      if (result.handed) result.handed = handed.map((one) => detached(one, copies));
    }
    for (const message of result.messages) {
      counts.records += message.records;
      if (message.told) this.#hints.add(message.told);
      const waiting = this.#add(message);
      if (waiting) await waiting;
    }
    for (const parked of result.parked) {
      counts.records += parked.records;
      await this.#park(parked);
    }
    if (result.handed) await this.#handOn(result.handed);
    if (result.passedOn) {
      counts.records += result.passedOn;
      this.#batches.addHanded(result.passedOn);
    }
    counts.records += result.filtered;
    counts.filtered += result.filtered;
    counts.droppedParts = (counts.droppedParts ?? 0) + (result.droppedParts ?? 0);
  }

  async #handOn(handed: readonly HandedRecord[]): Promise<void> {
    const counts = this.#receipt;
    for (const one of handed) {
      counts.records += one.records;
      if (!one.isCopy) counts.handed = (counts.handed ?? 0) + 1;
      this.#batches.addHanded(one.records);
      const noted = mayBeKeptBack(one) ? this.#keys.addHanded(one) : undefined;
      if (noted) await noted;
      const waiting = this.#handed.add(one);
      if (waiting) await waiting;
    }
  }

  /** A promise only where the disk is to be waited for. */
  #add(message: InboundMessage): Promise<void> | undefined {
    const { id, record, records, members, source, unit } = message;
    this.#receipt.messages += 1;
    const idText = JSON.stringify(id);
    // Of another source it is another key.
    const key = source === undefined ? idText : keyOfOther(source, id);
    const command = commandJson(message, idText);
    const partition = partitionOf(message, this.#parts.partitions);
    const noted = this.#keys.add({ key, record, records, members, source, unit });
    const added = this.#batches.addCommand(command, partition, records, source);
    return noted && added ? noted.then(() => added) : (noted ?? added);
  }

  async #park(parked: InboundParked): Promise<void> {
    await this.#batches.addParked(await this.#parkedJson(parked), parked.records);
  }

  /** Counts it, shows its faults, and gives it back to the sender. */
  async #parkedJson(parked: InboundParked): Promise<string> {
    this.#receipt.parked += 1;
    const { origin } = this.#payload;
    const file = this.#entries.of(parked.record) ?? origin.name;
    const faults = parked.faults.map((fault) => ({ ...fault, at: { file, ...fault.at } }));
    for (const fault of faults) this.#show(fault);
    this.#watch.pictures?.parked(parked);
    const content = parkedContent(parked.members);
    this.#refuse(this.#bounds.add(parked.records, content.length));
    await this.#rejects.add(parked);
    const { record } = parked;
    return JSON.stringify(makeParked({ origin, stage: 'intake', faults, record, content }));
  }

  #refuse(why: string | undefined): void {
    if (why !== undefined) throw payloadRefused(why, this.#receipt);
  }

  /**
   * The payload cannot be read further. When nothing of it was read, the world was wrong, it did not come
   * whole, or records of its documents may be missing, it is as if it had not come; otherwise what came
   * before counts and the rest is parked as one fault.
   */
  async #refuseRest(fault: Fault, error: unknown, run: InboundRun): Promise<void> {
    if (this.#isBroken || !(error instanceof StockbusError) || isRetryable(fault)) throw error;
    if (error.atEnd) await this.#confirmWhole();
    if (run.gathers || error.ofPayload) throw error;
    if (this.#receipt.records === 0) throw error;
    await this.#takeHeldBack(run);
    this.#receipt.refused = fault;
    await this.#park({
      faults: [fault],
      record: this.#receipt.records + 1,
      records: 0,
      members: [],
    });
  }

  // --- publishing ---------------------------------------------------------------------------------

  /** All is known: the same payload read again comes here to the same, in the same order. */
  async #publish(): Promise<void> {
    const most = this.#bounds.bounds.parkedRecords;
    const repetitions = await this.#keys.repetitions(most);
    if (!repetitions) {
      this.#show({ code: 'KEY_REPEATED', message: `more than ${most} keys come more than once` });
      throw payloadRefused('all of their records', this.#receipt);
    }
    const back = new KeptBack(repetitions, this.#flow);
    for await (const one of back.of(this.#keys)) await this.#keepBack(one);
    this.#refuse(this.#bounds.ofAll(this.#receipt.records));
    this.#batches.addFiltered(this.#receipt.filtered);
    await this.#handed.finish();
    await this.#batches.finish();
    const batches = this.#spool.batches();
    await publishBatches(
      this.#parts,
      this.#payload.origin,
      repetitions.size > 0 ? withoutKept(batches, back, this.#flow.source) : batches,
      this.#payload.inLine,
    );
  }

  /** It was made of a record that is parked, and is counted and published no more. */
  async #keepBack({ made: { record, records, members, queue }, fault }: KeptThing): Promise<void> {
    if (queue === undefined) this.#receipt.messages -= 1;
    else this.#receipt.handed = (this.#receipt.handed ?? 0) - 1;
    // What was handed on accounts for its record as before.
    const counted = queue === undefined ? records : 0;
    if (fault) await this.#park({ faults: [fault], record, records: counted, members });
    else this.#batches.addHanded(counted);
  }

  #show(fault: Fault): void {
    if (this.#receipt.faults.length >= FAULTS_SHOWN) return;
    this.#receipt.faults.push({ ...fault, at: { file: this.#payload.origin.name, ...fault.at } });
  }

  #report(): void {
    const { records, filtered, droppedParts, passedOver, messages, handed, parked, told, origin } =
      this.#receipt;
    const { log, metrics } = this.#parts.runtime;
    log('info', 'intake.done', {
      intakeId: origin.intakeId,
      flow: origin.flow,
      name: origin.name,
      redelivered: this.#payload.redelivered,
      records,
      filtered,
      droppedParts,
      passedOver,
      messages,
      handed,
      parked,
      ...this.#watch.trace,
    });
    for (const hint of told)
      log('warn', 'intake.told', { intakeId: origin.intakeId, flow: origin.flow, ...hint });
    metrics.count('stockbus_intake_records_total', records, { flow: origin.flow });
    metrics.count('stockbus_intake_parked_total', parked, { flow: origin.flow });
    if (handed) metrics.count('stockbus_intake_handed_total', handed, { flow: origin.flow });
  }
}
