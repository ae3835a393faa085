/** Test files in processes of their own, some at a time; what each says comes in one piece. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { NotRun } from './notRun.ts';

export interface FileTask {
  file: string;
  grep: string | undefined;
  /** For each test that names no time of its own. */
  timeoutMs: number;
}

export interface FileResult {
  file: string;
  passed: number;
  failed: number;
  skipped: number;
  notRun: NotRun[];
  output: string;
  seconds: number;
  /** Seconds of a processor, those of its processes among them; undefined where its own ended. */
  busy?: number;
}

export interface WorkerOptions {
  /** Processes at a time. */
  workers: number;
  env: Readonly<Record<string, string | undefined>>;
  grep?: string | undefined;
  timeoutMs: number;
  /** Longest that one file may take before its process is ended. */
  fileTimeoutMs: number;
}

const WORKER = new URL('worker.ts', import.meta.url);
/** Compiled code that all processes of the tests share. */
const COMPILED = fileURLToPath(new URL('../node_modules/.cache/stockbus', import.meta.url));

/** Runs the files in the order given; `told` gets each result as soon as it is there. */
export async function runFiles(
  files: readonly string[],
  options: WorkerOptions,
  told: (result: FileResult) => void,
): Promise<FileResult[]> {
  const left = [...files];
  const results: FileResult[] = [];
  const work = async (): Promise<void> => {
    let worker: TestWorker | undefined;
    for (let file = left.shift(); file !== undefined; file = left.shift()) {
      worker ??= new TestWorker(options);
      const result = await worker.run(file);
      if (worker.ended) worker = undefined;
      results.push(result);
      told(result);
    }
    worker?.end();
  };
  await Promise.all(Array.from({ length: Math.min(options.workers, files.length) }, work));
  return results;
}

class TestWorker {
  readonly #options: WorkerOptions;
  readonly #child: ChildProcess;
  /** What it wrote past the result of a file: a crash of Node itself, or a child of a test. */
  #stray = '';
  ended = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
    const env = { NODE_COMPILE_CACHE: COMPILED, ...process.env, ...options.env };
    this.#child = fork(WORKER, { silent: true, env });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.on('data', (chunk) => {
        this.#stray += chunk;
      });
    }
    this.#child.once('exit', () => {
      this.ended = true;
    });
  }

  run(file: string): Promise<FileResult> {
    const { grep, timeoutMs, fileTimeoutMs } = this.#options;
    const startedMs = performance.now();
    return new Promise((resolve) => {
      const late = setTimeout(() => this.#child.kill('SIGKILL'), fileTimeoutMs);
      const done = (result: FileResult): void => {
        clearTimeout(late);
        this.#child.off('message', answered).off('exit', broken);
        resolve({ ...result, output: result.output + this.#stray });
        this.#stray = '';
      };
      const answered = (result: unknown): void => done(result as FileResult);
      const broken = (code: number | null, signal: string | null): void => {
        const seconds = (performance.now() - startedMs) / 1_000;
        const output = `${file}: its process ended (${signal ?? code}) after ${seconds.toFixed(0)} s\n`;
        done({ file, passed: 0, failed: 1, skipped: 0, notRun: [], output, seconds });
      };
      this.#child.once('message', answered).once('exit', broken);
      this.#child.send({ file, grep, timeoutMs } satisfies FileTask);
    });
  }

  end(): void {
    if (!this.ended) this.#child.disconnect();
  }
}
