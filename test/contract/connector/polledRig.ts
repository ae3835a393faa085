/** A poller as a source of the contract: what its engine parks is what the sender's side finds as put aside. */
import { PolledSource } from '../../../core/jobs/PolledSource.ts';
import { type Payload, POLL, type Poller, type Source } from '../../../core/ports.ts';
import type { Runtime } from '../../../core/runtime.ts';
import { pollStore } from '../../polledSource.ts';

export class PolledRig {
  readonly #runtime: Runtime;
  readonly #store = pollStore();
  readonly #asArrived: (payload: Payload) => Promise<Payload>;
  readonly #aside = new Map<string, string>();
  #opened = 0;

  /** `asArrived` gives a payload the name and the text under which it came to the other side. */
  constructor(runtime: Runtime, asArrived: (payload: Payload) => Promise<Payload>) {
    this.#runtime = runtime;
    this.#asArrived = asArrived;
    // A process that crashed holds its lease no more when the next one looks.
    this.#store.serverNow = () => Date.now() + this.#opened * 60_000;
  }

  open(poller: Poller): Source {
    this.#opened += 1;
    const parts = { store: this.#store, runtime: this.#runtime };
    const about = { name: poller.place, flow: 'receipts', source: 'receipts' };
    const source = new PolledSource(parts, about, poller);
    return {
      start: (accept) =>
        source.start(
          async (payload) => {
            const arrived = await this.#asArrived(payload);
            const receipt = await accept(arrived);
            const { refused } = receipt;
            if (refused) this.#put(arrived.origin.name, refused);
            return receipt;
          },
          async ({ origin }, fault) => this.#put(this.#names.get(origin.intakeId)!, fault),
        ),
      stop: () => source.stop(),
    };
  }

  readonly #names = new Map<string, string>();

  /** For what is parked: by which name it came. */
  named(intakeId: string, name: string): void {
    this.#names.set(intakeId, name);
  }

  /** What the poller remembers, as it wrote it. */
  async remembered(): Promise<string[]> {
    const { rows } = await this.#store.controlRows({ kind: POLL }, { limit: 100 });
    return rows.map(({ body }) => body);
  }

  putAside(name: string): string | undefined {
    return this.#aside.get(name);
  }

  #put(name: string, { code, message }: { code: string; message: string }): void {
    this.#aside.set(name, `${code} ${message}`);
  }
}
