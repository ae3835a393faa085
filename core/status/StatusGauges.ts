/** Tells now and then how much lies where, as gauges: what a status says, for who watches. */
import type { GaugeName } from '../metricNames.ts';
import type { Runtime, Timer } from '../runtime.ts';
import type { HubStatus } from './HubStatus.ts';

export interface StatusGaugesParts {
  /** Never rejects: a status says what could not be asked. */
  status(): Promise<HubStatus>;
  runtime: Runtime;
  everyMs: number;
}

export class StatusGauges {
  readonly #parts: StatusGaugesParts;
  readonly #timer: Timer;
  #measuring: Promise<void> | undefined;
  /** By gauge, of which something was told: what is gone is told to be nothing. */
  readonly #told = new Map<GaugeName, Set<string>>();

  constructor(parts: StatusGaugesParts) {
    this.#parts = parts;
    this.#timer = parts.runtime.every(parts.everyMs, () => void this.measure());
    void this.measure();
  }

  /** Once, or with the one that is under way. */
  measure(): Promise<void> {
    this.#measuring ??= this.#measured().finally(() => {
      this.#measuring = undefined;
    });
    return this.#measuring;
  }

  async #measured(): Promise<void> {
    const { checks, queues, dead, parked, outbox, unappliedSeconds } = await this.#parts.status();
    const failing = Object.entries(checks).map(([check, said]): [string, number] => {
      return [check, said === 'ok' ? 0 : 1];
    });
    this.#tellEach('stockbus_checks_failing', 'check', failing);
    if (queues) {
      const ready = queues.map(({ queue, ready }): [string, number] => [queue, ready]);
      this.#tellEach('stockbus_queue_messages', 'queue', ready);
    }
    if (parked) {
      const records = parked.map(({ flow, records }): [string, number] => [flow, records]);
      this.#tellEach('stockbus_parked_records', 'flow', records);
    }
    this.#tell('stockbus_dead_letters', dead);
    this.#tell('stockbus_outbox_records', outbox);
    this.#tell('stockbus_unapplied_oldest_seconds', unappliedSeconds);
  }

  #tell(name: GaugeName, value: number | null): void {
    if (value !== null) this.#parts.runtime.metrics.gauge(name, value);
  }

  #tellEach(name: GaugeName, label: string, values: readonly [string, number][]): void {
    const { metrics } = this.#parts.runtime;
    const told = this.#told.get(name) ?? new Set();
    for (const [key, value] of values) {
      metrics.gauge(name, value, { [label]: key });
      told.delete(key);
    }
    for (const gone of told) metrics.gauge(name, 0, { [label]: gone });
    this.#told.set(name, new Set(values.map(([key]) => key)));
  }

  async stop(): Promise<void> {
    this.#timer.stop();
    await this.#measuring;
  }
}
