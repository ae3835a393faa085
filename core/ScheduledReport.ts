/** Report: a query of the store, on a schedule, through steps and codec to a connector. */
import { schedule } from 'node-cron';
import { Backoff } from './backoff.ts';
import { writePages } from './deliver/writeRecords.ts';
import { faultOf, isRetryable } from './errors.ts';
import type { OutboundResult, ReportFlow } from './flow/compiledFlow.ts';
import { limits } from './limits.ts';
import type { Books, RecordValue, Sink } from './ports.ts';
import { queryRows } from './query.ts';
import { factsOfReport } from './reports/factsOfReport.ts';
import type { Query } from './reports/Query.ts';
import type { Runtime } from './runtime.ts';
import type { StockPolicy } from './stock/policy.ts';

export interface ReportParts {
  store: Books;
  runtime: Runtime;
  stock: StockPolicy;
}

export class ScheduledReport {
  readonly #parts: ReportParts;
  readonly #flow: ReportFlow;
  readonly #sink: Sink;
  #task: { stop(): unknown } | undefined;
  #writing: Promise<void> | undefined;
  #stopping = false;

  constructor(parts: ReportParts, flow: ReportFlow, sink: Sink) {
    this.#parts = parts;
    this.#flow = flow;
    this.#sink = sink;
  }

  start(): void {
    this.#task = schedule(this.#flow.schedule, () => this.#due(), {
      timezone: this.#flow.zone,
      name: this.#flow.name,
    });
  }

  /** A report still being written when the next is due is not begun twice. */
  #due(): void {
    this.#writing ??= this.#writeWithRetries().finally(() => {
      this.#writing = undefined;
    });
  }

  async #writeWithRetries(): Promise<void> {
    const { reportRetryFirstMs: firstMs, reportRetryMaxMs: maxMs } = limits;
    const backoff = new Backoff(this.#parts.runtime, { firstMs, maxMs });
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.write();
        return;
      } catch (error) {
        const fault = faultOf(error);
        const last = attempt >= this.#flow.retry.attempts || !isRetryable(fault) || this.#stopping;
        const facts = { flow: this.#flow.name, code: fault.code, message: fault.message, attempt };
        this.#parts.runtime.log(
          last ? 'error' : 'warn',
          last ? 'report.failed' : 'report.retry',
          facts,
        );
        if (last) return;
        await backoff.wait();
      }
    }
  }

  /** `ofMs`: from when its days count, where that is not now. */
  async write(ofMs?: number): Promise<void> {
    const { contentType, extension, codec } = this.#flow.write;
    const id = `report_${this.#flow.name}_${this.#parts.runtime.newId()}`;
    const now = this.#parts.runtime.now();
    const query = this.#flow.queryAt(ofMs ?? now);
    const facts = factsOfReport(query, now);
    const body = writePages(codec, this.#records(query), this.#flow.fields, facts);
    await this.#sink.send({ id, contentType, extension, body, flow: this.#flow.name });
    this.#parts.runtime.log('info', 'report.written', { flow: this.#flow.name });
  }

  #rows(query: Query): AsyncIterable<RecordValue[]> {
    const { store, stock, runtime } = this.#parts;
    const { name: flow } = this.#flow;
    return queryRows(store, stock, query, runtime, ({ at }) =>
      runtime.log('info', 'report.known_at', { flow, knownAt: at }),
    );
  }

  async *#records(query: Query): AsyncIterable<readonly RecordValue[]> {
    const run = this.#flow.makeRun();
    for await (const rows of this.#rows(query)) {
      yield this.#kept(await run.push(rows));
    }
    yield this.#kept(await run.flush());
  }

  /** What the steps let through; what they refused is in the log, since a report has nobody to ask. */
  #kept({ records, parked }: OutboundResult): RecordValue[] {
    for (const { faults } of parked) {
      for (const { code, message } of faults) {
        this.#parts.runtime.log('error', 'report.refused', {
          flow: this.#flow.name,
          code,
          message,
        });
      }
    }
    return records;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#task?.stop();
    await this.#writing;
    await this.#sink.close();
  }
}
