/** What of its queue a sink has in hand: what waits for its turn, and what is being sent. */
import { type Fault, faultOf, formatFault } from '../errors.ts';
import type { FlowSink } from '../flow/compiledFlow.ts';
import { JsonBuffer } from '../JsonBuffer.ts';
import { limits } from '../limits.ts';
import type { Delivery } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { Group } from './Group.ts';
import type { GroupPart, Refused } from './prepareGroup.ts';
import { type ReadBatch, readDelivery, recordsIn, timeOf } from './readDelivery.ts';
import type { RefusedPart } from './sift.ts';

interface Waiting {
  delivery: Delivery;
  /** Read when its turn comes. */
  read: ReadBatch | undefined;
  /** It failed together with others. */
  isAlone: boolean;
}

/** Groups of which it is remembered which calls have gone. */
const REMEMBERED = 1_000;

export class Hand {
  readonly #target: FlowSink;
  readonly #label: string;
  readonly #runtime: Runtime;
  readonly #takesLines: boolean;
  readonly #buffer = new JsonBuffer();
  #waiting: Waiting[] = [];
  #groups: Group[] = [];
  /** Given back, and kept: the endpoint is asked by them. */
  #lent: Group[] = [];
  #isUnsettled = false;
  /** Calls that have gone, of groups that had not gone whole when they were given back. */
  readonly #gone = new Map<string, Set<string>>();

  constructor(target: FlowSink, label: string, runtime: Runtime) {
    this.#target = target;
    this.#label = label;
    this.#runtime = runtime;
    const { events, expireMs, write } = target;
    this.#takesLines =
      events?.hasSteps === false &&
      expireMs === undefined &&
      write.codec.writer?.().writeLines !== undefined;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#groups.length === 0;
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Those that are being sent, in their order. */
  get groups(): readonly Group[] {
    return this.#groups;
  }

  add(delivery: Delivery): void {
    this.#waiting.push({ delivery, read: undefined, isAlone: delivery.redeliveries > 0 });
  }

  /** What was given back, by which the endpoint is asked. */
  get lent(): readonly Group[] {
    return this.#lent;
  }

  /** Of something the broker was not told what became of it: it comes again once all is given back. */
  get isUnsettled(): boolean {
    return this.#isUnsettled;
  }

  isLent(group: Group): boolean {
    return this.#lent.includes(group);
  }

  /** By which the endpoint is asked. */
  async first(): Promise<Group | undefined> {
    return this.#groups[0] ?? this.#lent[0] ?? this.take();
  }

  /**
   * One batch of the queue, whose id is then the same at every attempt. Only a flow that asks for more
   * records than a batch can hold has waiting batches joined; what failed joined is sent again apart.
   */
  async take(): Promise<Group | undefined> {
    const parts: GroupPart[] = [];
    let count = 0;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const read = next.read ?? (await this.#read(next));
      const isAlone = next.isAlone || this.#target.batch <= limits.batchRecords;
      const more = read ? recordsIn(read) : 0;
      if (parts.length > 0 && (isAlone || count + more > this.#target.batch)) break;
      this.#waiting.shift();
      if (!read || this.#isExpired(next.delivery, read)) continue;
      parts.push({ delivery: next.delivery, read });
      count += more;
      if (isAlone) break;
    }
    if (parts.length === 0) return undefined;
    const group = new Group(parts, count);
    group.goOn(this.#gone.get(group.id));
    this.#groups.push(group);
    return group;
  }

  /** Nobody wants it any more, all of which is of one time. */
  #isExpired(delivery: Delivery, read: ReadBatch): boolean {
    const { expireMs } = this.#target;
    const runtime = this.#runtime;
    if (expireMs === undefined) return false;
    if (Date.parse(timeOf(read)) >= runtime.now() - expireMs) return false;
    const flow = this.#label;
    const records = recordsIn(read);
    runtime.log('warn', 'deliver.expired', { flow, records });
    runtime.metrics.count('stockbus_delivery_expired_total', records, { flow });
    delivery.ack();
    return true;
  }

  /** What is no batch was put into the queue by somebody else: dead, with the reason. */
  async #read(waiting: Waiting): Promise<ReadBatch | undefined> {
    const { delivery } = waiting;
    try {
      waiting.read = readDelivery(delivery.body, this.#target, this.#takesLines, this.#buffer);
      return waiting.read;
    } catch (error) {
      const found = faultOf(error);
      const code = found.code === 'FORMAT_UNKNOWN' ? found.code : 'MESSAGE_INVALID';
      const what = this.#target.events ? 'events' : 'records';
      const message = `not a batch of ${what}: ${found.message}`;
      this.#runtime.log('error', 'deliver.dead', { flow: this.#label, code, message, attempt: 1 });
      await this.#bury(delivery, formatFault({ code, message }));
      return undefined;
    }
  }

  /** All of it has gone. What the steps refused of it must not vanish: its batch stays among the dead letters. */
  async finish(group: Group): Promise<void> {
    const isLent = this.isLent(group);
    this.#forget(group);
    if (isLent) return;
    const flow = this.#label;
    this.#runtime.metrics.count('stockbus_delivered_events_total', group.count, { flow });
    for (const { delivery } of group.parts) {
      const refused = group.prepared?.refused.find((one) => one.delivery === delivery);
      if (refused) await this.#bury(delivery, refusalText(refused));
      else delivery.ack();
    }
  }

  /** To the dead letters. */
  async bury(group: Group, fault: Fault): Promise<void> {
    this.#forget(group);
    for (const { delivery } of group.parts) await this.#bury(delivery, formatFault(fault));
  }

  /** All but these parts of it have gone. */
  async buryParts(group: Group, refused: readonly RefusedPart[]): Promise<void> {
    const [{ delivery }] = group.parts as [GroupPart];
    const flow = this.#label;
    this.#forget(group);
    this.#runtime.metrics.count('stockbus_delivered_events_total', group.count - refused.length, {
      flow,
    });
    try {
      for (const { fault, ...part } of refused) {
        const { code, message } = fault;
        this.#runtime.log('error', 'deliver.dead', { flow, code, message, attempt: 1 });
        await delivery.dead(formatFault(fault), part);
      }
      delivery.ack();
    } catch (error) {
      this.#untold(error);
    }
  }

  /** What failed joined is sent again apart, since one of it may be why: in its place. */
  takeApart(group: Group): readonly Group[] {
    if (group.parts.length === 1) return [group];
    const apart = group.parts.map((part) => new Group([part], recordsIn(part.read)));
    const inPlace = (one: Group): Group[] => (one === group ? apart : [one]);
    this.#groups = this.#groups.flatMap(inPlace);
    this.#lent = this.#lent.flatMap(inPlace);
    this.#gone.delete(group.id);
    return apart;
  }

  /** All is given back, and comes again; of the first so many is kept what the endpoint is asked by. */
  letGo(kept: number): void {
    const all = [...this.#groups, ...this.#lent];
    for (const group of all) this.#keepGone(group);
    this.#lent = all.slice(0, kept);
    this.#waiting = [];
    this.#groups = [];
    this.#isUnsettled = false;
  }

  /** What was given back is asked for again. */
  dropLent(): void {
    for (const group of this.#lent) this.#keepGone(group);
    this.#lent = [];
  }

  #keepGone(group: Group): void {
    if (group.gone.size === 0) return;
    if (this.#gone.size >= REMEMBERED) this.#gone.clear();
    this.#gone.set(group.id, group.gone);
  }

  #forget(group: Group): void {
    // What was given back comes again, whatever became of it.
    if (this.isLent(group)) this.#keepGone(group);
    else this.#gone.delete(group.id);
    const isOther = (other: Group): boolean => other !== group;
    this.#groups = this.#groups.filter(isOther);
    this.#lent = this.#lent.filter(isOther);
  }

  async #bury(delivery: Delivery, reason: string): Promise<void> {
    try {
      await delivery.dead(reason);
    } catch (error) {
      this.#untold(error);
    }
  }

  #untold(error: unknown): void {
    const { code, message } = faultOf(error);
    this.#runtime.log('warn', 'deliver.unsettled', { flow: this.#label, code, message });
    this.#isUnsettled = true;
  }
}

const refusalText = ({ faults, event }: Refused): string => {
  const { code, message } = faults[0]!;
  return formatFault({ code, message: `the steps refused the event ${event}: ${message}` });
};
