import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

const script = new URL('./child.ts', import.meta.url).pathname;

/** `child.ts` in a process of its own, and the lines that it wrote. */
export class Child {
  readonly lines: string[] = [];
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #exited: Promise<unknown>;

  constructor(mode: 'publish' | 'hold', address: string, queue: string) {
    const args = [script, mode, address, queue];
    this.#process = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#exited = once(this.#process, 'exit');
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      this.lines.push(line);
      this.#process.emit('told');
    });
  }

  /** Resolves once it has told `count` lines that begin so; rejects when it ends before. */
  async told(beginning: string, count = 1): Promise<string[]> {
    const matching = (): string[] => this.lines.filter((line) => line.startsWith(beginning));
    while (matching().length < count) {
      if (this.#process.exitCode !== null) throw new Error(`it ended: ${this.lines.join(', ')}`);
      await Promise.race([once(this.#process, 'told'), this.#exited]);
    }
    return matching();
  }

  /** As `kill -9`, or a power cut. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }
}
