import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Fault, FaultList } from '../errors.ts';
import type { Books } from '../ports.ts';
import type { AuditFindings, AuditTask, SkuAuditor } from '../verify/AuditTask.ts';

/** Address of the store, which the thread opens to read for itself. */
export type AuditThreadData = string;
export type ToAuditThread = AuditTask | 'close';
/** An answer to each task, in their order. */
export type FromAuditThread = { findings: AuditFindings } | { faults: Fault[] };

/** More would read the same disk, and each takes some 40 MB. */
const MOST_THREADS = 4;

/** Young generation of a thread: three semi-spaces of 4 MiB. With less, what is in hand is copied again and again. */
const HEAP = { maxYoungGenerationSizeMb: 12 };

/**
 * Threads that audit SKUs of a store beside this one; none of them begins before it is asked. A store that is a server
 * has a core of its own: of two, what it and a second thread take from each other is more than that thread does, and
 * 120 MB are its heap.
 */
export function auditThreads(
  address: string,
  { answersAtOnce }: Pick<Books, 'answersAtOnce'>,
  cores = availableParallelism(),
): AuditThread[] {
  const most = answersAtOnce ? Math.max(2, cores) : Math.max(1, cores - 1);
  const length = Math.min(MOST_THREADS, most) - 1;
  return Array.from({ length }, () => new AuditThread(address));
}

/** Audits SKUs in a thread of its own, with a store of its own. */
export class AuditThread implements SkuAuditor {
  readonly #address: AuditThreadData;
  #worker: Worker | undefined;
  readonly #waiting: PromiseWithResolvers<AuditFindings>[] = [];
  readonly #ended = Promise.withResolvers<void>();

  constructor(address: string) {
    this.#address = address;
  }

  audit(task: AuditTask): Promise<AuditFindings> {
    this.#worker ??= this.#start();
    const answer = Promise.withResolvers<AuditFindings>();
    this.#waiting.push(answer);
    this.#worker.postMessage(task satisfies ToAuditThread);
    return answer.promise;
  }

  /** Once it has done what it has in hand. */
  async close(): Promise<void> {
    if (!this.#worker) return;
    this.#worker.postMessage('close' satisfies ToAuditThread);
    await this.#ended.promise;
  }

  #start(): Worker {
    const entry = new URL(`./auditThreadMain${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(entry, { workerData: this.#address, resourceLimits: HEAP });
    worker.on('message', (answer: FromAuditThread) => {
      const asked = this.#waiting.shift();
      if ('faults' in answer) asked?.reject(new FaultList(answer.faults));
      else asked?.resolve(answer.findings);
    });
    const dead = (error: unknown): void => {
      for (const asked of this.#waiting.splice(0)) asked.reject(error);
      this.#ended.resolve();
    };
    worker.on('error', dead);
    worker.on('exit', (code) => dead(new Error(`a thread of verify ended with ${code}`)));
    return worker;
  }
}
