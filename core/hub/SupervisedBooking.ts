import { Backoff } from '../backoff.ts';
import { faultOf } from '../errors.ts';
import { type Health, healthOf } from '../health.ts';
import type { Runtime } from '../runtime.ts';
import type { BookingChange, BookingThread } from './BookingThread.ts';

type Thread = Pick<
  BookingThread,
  'started' | 'stop' | 'health' | 'died' | 'change' | 'await' | 'leave'
>;

/**
 * The thread that books, begun anew when it dies, as by a lack of memory: what it had in hand comes again from the
 * broker, and nothing else of the hub ends with it. One that could not begin at first is a failed start.
 */
export class SupervisedBooking {
  readonly #make: () => Thread;
  readonly #runtime: Runtime;
  readonly #backoff: Backoff;
  readonly #stopped = new AbortController();
  #thread: Thread;
  /** Why there is no thread that works. */
  #trouble: string | undefined;

  constructor(make: () => Thread, runtime: Runtime) {
    this.#make = make;
    this.#runtime = runtime;
    this.#backoff = new Backoff(runtime);
    this.#thread = make();
  }

  async started(): Promise<void> {
    await this.#thread.started();
    this.#watch();
  }

  async health(): Promise<Health> {
    if (this.#trouble !== undefined) return healthOf({ booking: this.#trouble });
    return this.#thread.health();
  }

  /** Goes on by other rules of the stock, and for other queues; one that begins anew takes them from its task. */
  async change(next: BookingChange): Promise<void> {
    await this.#thread.change(next);
  }

  /** Of a thread that died in between nobody hears; who waits looks for himself from time to time. */
  await(...[intakeId, hear]: Parameters<BookingThread['await']>): void {
    this.#thread.await(intakeId, hear);
  }

  leave(intakeId: string): void {
    this.#thread.leave(intakeId);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#thread.stop();
  }

  #watch(): void {
    this.#thread.died.catch((error: unknown) => this.#again(error));
  }

  async #again(cause: unknown): Promise<void> {
    for (let error = cause; !this.#stopped.signal.aborted; ) {
      this.#tell(error);
      await this.#runtime
        .sleep(this.#backoff.nextMs(), this.#stopped.signal)
        .catch(() => undefined);
      if (this.#stopped.signal.aborted) return;
      try {
        this.#thread = this.#make();
        await this.#thread.started();
        this.#trouble = undefined;
        this.#backoff.reset();
        this.#runtime.log('info', 'hub.thread_again', {});
        this.#watch();
        return;
      } catch (failure) {
        error = failure;
      }
    }
  }

  #tell(error: unknown): void {
    const { code, message } = faultOf(error);
    this.#trouble = `the thread that books ended, and begins again: ${message}`;
    this.#runtime.log('error', 'hub.thread_died', { code, message });
    this.#runtime.metrics.count('stockbus_thread_deaths_total');
  }
}
