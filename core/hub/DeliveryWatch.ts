import { sinkLabel } from '../deliver/sinkQueue.ts';
import { sinksOf } from '../flow/compiledFlow.ts';
import type { Log, Time } from '../runtime.ts';
import type { OpenHub } from './openHub.ts';

const WAIT_MS = 5_000;
const POLL_MS = 20;

/**
 * Deliveries of a command that soon ends. What a subscriber does not take now waits in the broker for
 * the next hub, so its failures are told once, at the end, and not at every attempt.
 */
export class DeliveryWatch {
  readonly log: Log;
  /** The last failure, by flow. */
  readonly #failures = new Map<string, string>();

  constructor(pass: Log) {
    this.log = (level, event, fields = {}) => {
      if (event === 'deliver.retry' || event === 'endpoint.waits')
        this.#failures.set(String(fields.flow), String(fields.message));
      else pass(level, event, fields);
    };
  }

  /** Waits until all events were handed out or failed; resolves with a line for each that is left. */
  async finish({ store, broker, flows }: OpenHub, time: Time): Promise<string[]> {
    const queues = new Map(
      flows.flatMap(sinksOf).map(({ flow, name, queue }) => [sinkLabel(flow, name), queue]),
    );
    const names = [...queues.keys()];
    const untilMs = time.monotonic() + WAIT_MS;
    let waiting: string[] = names;
    while (time.monotonic() < untilMs) {
      const relayed = (await store.outbox(1)).length === 0;
      const depths = await Promise.all(names.map((name) => broker.depth(queues.get(name)!)));
      waiting = names.filter((name, index) => depths[index]! > 0 && !this.#failures.has(name));
      if (relayed && waiting.length === 0) break;
      await time.sleep(POLL_MS);
    }
    return [...new Set([...waiting, ...this.#failures.keys()])].map((name) => {
      const reason = this.#failures.get(name);
      const why = reason === undefined ? '' : ` (${reason})`;
      return `What is for ${name} waits in the broker${why}; \`stockbus start\` delivers them.`;
    });
  }
}
