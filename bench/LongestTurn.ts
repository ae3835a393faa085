/**
 * The longest turn of the event loop of the thread that makes it, by the thread's own clock: others on the machine
 * make none longer.
 */
export class LongestTurn {
  #ms = 0;
  #before = process.threadCpuUsage();

  /** What was before is nobody's wait. */
  start(): void {
    this.#before = process.threadCpuUsage();
    setInterval(() => this.#look(), 0).unref();
  }

  get ms(): number {
    return this.#ms;
  }

  #look(): void {
    const { user, system } = process.threadCpuUsage(this.#before);
    this.#before = process.threadCpuUsage();
    this.#ms = Math.max(this.#ms, (user + system) / 1_000);
  }
}
