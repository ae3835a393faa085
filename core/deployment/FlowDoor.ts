/** Where payloads come in, whoever brings them: each goes into the flow that is named, as that runs now. */
import { type Fault, isStockbusError, nearestName, StockbusError } from '../errors.ts';
import type { CompiledFlow, TakingFlow } from '../flow/compiledFlow.ts';
import { parkRefused } from '../intake/parkRefused.ts';
import { type IntakeParts, takeIn } from '../intake.ts';
import type { Broker, Doorkeeper, Payload, Receipt, RefusedPayload } from '../ports.ts';
import type { FlowRunners } from './FlowRunners.ts';
import type { PauseWatch } from './PauseWatch.ts';

interface DoorParts extends IntakeParts {
  broker: Pick<Broker, 'publish' | 'refusal'>;
  pauses: Pick<PauseWatch, 'guarded'>;
}

export class FlowDoor {
  readonly #parts: DoorParts;
  readonly #runners: FlowRunners;
  #state: 'closed' | 'open' | 'stopping' = 'closed';
  /** A payload could not be written down: whether one can be, is tried when somebody asks. */
  #isSpoolFailing = false;

  constructor(parts: DoorParts, runners: FlowRunners) {
    this.#parts = parts;
    this.#runners = runners;
  }

  /** The broker has its queues. */
  open(): void {
    if (this.#state === 'closed') this.#state = 'open';
  }

  stop(): void {
    this.#state = 'stopping';
  }

  /** What is known to keep it from taking anything now. */
  refusal(): StockbusError | undefined {
    if (this.#state === 'stopping')
      return new StockbusError('SHUTTING_DOWN', 'the hub is stopping');
    if (this.#state === 'closed') return new StockbusError('HUB_STARTING', 'the hub is starting');
    return this.#parts.broker.refusal?.();
  }

  /** Throws FLOW_UNKNOWN, FLOW_NOT_INBOUND, FLOW_LEFT_OUT, FLOW_PAUSED, HUB_STARTING, SHUTTING_DOWN. */
  async accept(name: string, payload: Payload): Promise<Receipt> {
    const runner = this.#runners.get(name);
    const flow = runner?.flow;
    if (flow?.direction !== 'inbound') throw this.unknown(name, flow);
    this.#requireOpen();
    const { state, reason } = runner!.status;
    if (state === 'paused')
      throw new StockbusError('FLOW_PAUSED', `the flow '${name}' is paused ${reason?.message}`);
    return this.take(flow, payload);
  }

  #requireOpen(): void {
    if (this.#state === 'closed') throw new StockbusError('HUB_STARTING', 'the hub is starting');
  }

  /** What no flow makes. Throws HUB_STARTING, SHUTTING_DOWN. */
  async takeCommands(leg: TakingFlow, payload: Payload): Promise<Receipt> {
    this.#requireOpen();
    return this.take(leg, payload);
  }

  async take(flow: TakingFlow, payload: Payload): Promise<Receipt> {
    if (this.#state === 'stopping') throw new StockbusError('SHUTTING_DOWN', 'the hub is stopping');
    const taking = this.#parts.pauses.guarded(flow.name, takeIn(this.#parts, flow, payload));
    const runner = this.#runners.get(flow.name);
    try {
      // One that was replaced waits for its own source.
      return await (runner?.flow === flow ? runner.take(taking) : taking);
    } catch (error) {
      this.#isSpoolFailing ||= isStockbusError(error, 'SPOOL_FAILED');
      throw error;
    }
  }

  /** Who lets in what is posted to a flow by who has no token; undefined where nobody does. */
  keeperOf(name: string): Doorkeeper | undefined {
    const flow = this.#runners.get(name)?.flow;
    if (flow?.direction !== 'inbound') return undefined;
    const { spec, config, options } = flow.from;
    return spec.doorkeeper?.(config, options);
  }

  /** What a source puts aside waits for a person from then on. */
  async park(payload: RefusedPayload, fault: Fault): Promise<void> {
    if (this.#state === 'stopping') throw new StockbusError('SHUTTING_DOWN', 'the hub is stopping');
    await parkRefused(this.#parts, payload, fault);
    const { flow } = payload.origin;
    this.#parts.runtime.metrics.count('stockbus_intake_parked_total', 1, { flow });
  }

  /** Why nothing can be taken into it. */
  unknown(name: string, flow: CompiledFlow | undefined): StockbusError {
    if (flow) return new StockbusError('FLOW_NOT_INBOUND', `the flow ${name} takes no payloads`);
    const reason = this.#runners.status().find((one) => one.name === name)?.reason;
    if (reason) {
      const message = `the flow '${name}' does not run: ${reason.message}`;
      return new StockbusError('FLOW_LEFT_OUT', message);
    }
    const known = this.#runners.inbound.map((one) => one.name);
    const near = nearestName(name, known);
    const todo = near ? `did you mean '${near}'?` : `inbound flows: ${known.join(', ') || 'none'}`;
    return new StockbusError('FLOW_UNKNOWN', `there is no flow '${name}'`, undefined, { todo });
  }

  async pingSpool(): Promise<void> {
    await this.#parts.spool.requireRoom();
    if (!this.#isSpoolFailing) return;
    await this.#parts.spool.probe();
    this.#isSpoolFailing = false;
  }
}
