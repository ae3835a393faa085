/** Report: a query of the store, on a schedule, through steps and codec to a connector. */
import { backoffMs } from './backoff.ts';
import { writePages } from './deliver/writeRecords.ts';
import { type Fault, faultOf, isRetryable, isStockbusError } from './errors.ts';
import type { OutboundResult, ReportFlow } from './flow/compiledFlow.ts';
import { DueInstants } from './jobs/DueInstants.ts';
import { type Hold, Job } from './jobs/Job.ts';
import type { JobStore } from './jobs/Lease.ts';
import { RunClaims } from './jobs/RunClaims.ts';
import { type ReportRun, RunStore } from './jobs/RunStore.ts';
import { limits } from './limits.ts';
import type { Books, RecordValue, Sink } from './ports.ts';
import { queryRows } from './query.ts';
import { factsOfReport } from './reports/factsOfReport.ts';
import type { Query } from './reports/Query.ts';
import type { Runtime, Timer } from './runtime.ts';
import type { StockPolicy } from './stock/policy.ts';

export interface ReportParts {
  store: Books & JobStore;
  runtime: Runtime;
  stock: StockPolicy;
  /** Left out: as limits say. */
  leaseMs?: number;
}

/**
 * What is due becomes a run in the store, once among all processes. A run is done under the lease of its report: all of it is
 * kept before the first byte is sent, so that whoever goes on after a crash sends the same bytes under the same id.
 */
export class ScheduledReport {
  readonly #parts: ReportParts;
  readonly #flow: ReportFlow;
  readonly #sink: Sink;
  readonly #runs: RunStore;
  readonly #job: Job;
  #timer: Timer | undefined;
  #working: Promise<void> | undefined;
  #stopping = false;

  constructor(parts: ReportParts, flow: ReportFlow, sink: Sink) {
    this.#parts = parts;
    this.#flow = flow;
    this.#sink = sink;
    this.#runs = new RunStore(parts.store, parts.runtime, flow.name);
    this.#job = new Job(parts, `report ${flow.name}`);
  }

  /** Does what became due while nobody was there, as the flow says; then what becomes due. */
  start(): void {
    const { runtime } = this.#parts;
    const look = (): void => {
      this.#working = this.work().then((ms) => {
        if (!this.#stopping) this.#timer = runtime.after(ms, look);
      });
    };
    look();
  }

  /** Does what is due; for how many milliseconds there is nothing to do then, as far as this process knows. Never rejects. */
  async work(): Promise<number> {
    const { reportPollMs: most, reconnectMaxMs } = limits;
    try {
      const instants = new DueInstants(this.#flow.schedule, this.#flow.zone);
      const nowMs = await new RunClaims(this.#runs, this.#flow, this.#parts.runtime).make(instants);
      const waitMs = await this.#workOff(nowMs);
      const next = instants.next(nowMs) ?? Number.POSITIVE_INFINITY;
      return Math.max(1, Math.min(most, waitMs, next - nowMs));
    } catch (error) {
      const { code, message } = faultOf(error);
      this.#parts.runtime.log('warn', 'report.waits', { flow: this.#flow.name, code, message });
      return reconnectMaxMs;
    }
  }

  /** For how long the soonest waits that could not be done yet. */
  async #workOff(nowMs: number): Promise<number> {
    const msOf = ({ dueAt = '' }: ReportRun): number => Date.parse(dueAt) - nowMs;
    const runs = await this.#runs.open();
    if (runs.length === 0) return Number.POSITIVE_INFINITY;
    if (runs.some((run) => msOf(run) <= 0)) {
      await this.#job.run(async (hold) => {
        for (const run of runs) if (msOf(run) <= 0) await this.#do(hold, run);
        await this.#runs.tidy(hold);
      });
    }
    const waits = (await this.#runs.open()).map(msOf).filter((ms) => ms > 0);
    return Math.min(Number.POSITIVE_INFINITY, ...waits);
  }

  async #do(hold: Hold, listed: ReportRun): Promise<void> {
    const run = this.#stopping ? undefined : await this.#runs.reread(listed);
    if (!run) return;
    const { flow, due } = { flow: this.#flow.name, due: run.due };
    try {
      const made = run.facts.made ? run : await this.#make(hold, run);
      const { contentType, extension } = this.#flow.write;
      const body = this.#runs.kept(hold, made);
      await this.#sink.send({ id: run.id, contentType, extension, body, flow });
      const writtenAt = new Date(await this.#runs.nowMs()).toISOString();
      await this.#runs.change(hold, { ...made, facts: { ...made.facts, writtenAt } }, 'written');
      await this.#runs.forget(hold, run.id);
      this.#told('written');
      this.#parts.runtime.log('info', 'report.written', { flow, due });
    } catch (error) {
      if (!isStockbusError(error, 'LEASE_LOST')) return this.#failed(hold, run, faultOf(error));
      this.#parts.runtime.log('info', 'report.left', { flow, due });
    }
  }

  async #make(hold: Hold, run: ReportRun): Promise<ReportRun> {
    const nowMs = await this.#runs.nowMs();
    const query = this.#flow.queryAt(Date.parse(run.due));
    const kept = await this.#runs.keep(hold, run, this.#body(query, nowMs));
    const at = new Date(nowMs).toISOString();
    const made = { ...run, facts: { ...run.facts, query, made: { at, ...kept } } };
    await this.#runs.change(hold, made, 'open');
    return (await this.#runs.reread(made)) ?? made;
  }

  async #failed(hold: Hold, tried: ReportRun, fault: Fault): Promise<void> {
    const { runtime } = this.#parts;
    const { code, message } = fault;
    const run = await this.#runs.reread(tried);
    if (!run) return;
    const attempt = run.facts.attempts + 1;
    const { attempts = limits.retryAttempts } = this.#flow.retry;
    const isLast = attempt >= attempts || !isRetryable(fault);
    const { reportRetryFirstMs: firstMs, reportRetryMaxMs: maxMs } = limits;
    const waitMs = backoffMs(attempt, { firstMs, maxMs }, runtime.random());
    const dueAt = new Date((await this.#runs.nowMs()) + waitMs).toISOString();
    const facts = { ...run.facts, attempts: attempt, fault: { code, message } };
    await this.#runs.change(hold, { ...run, dueAt, facts }, isLast ? 'failed' : 'open');
    if (isLast) {
      await this.#runs.forget(hold, run.id);
      this.#told('failed');
    }
    const said = { flow: this.#flow.name, code, message, attempt };
    runtime.log(isLast ? 'error' : 'warn', isLast ? 'report.failed' : 'report.retry', said);
  }

  #told(outcome: 'written' | 'failed'): void {
    const labels = { flow: this.#flow.name, outcome };
    this.#parts.runtime.metrics.count('stockbus_report_runs_total', 1, labels);
  }

  /** Now, whatever its schedule says. `ofMs`: from when its days count, where that is not now. */
  async write(ofMs?: number): Promise<void> {
    const { contentType, extension } = this.#flow.write;
    const { runtime } = this.#parts;
    const flow = this.#flow.name;
    const now = runtime.now();
    const body = this.#body(this.#flow.queryAt(ofMs ?? now), now);
    const id = `report_${flow}_${runtime.newId()}`;
    await this.#sink.send({ id, contentType, extension, body, flow });
    runtime.log('info', 'report.written', { flow });
  }

  #body(query: Query, nowMs: number): AsyncIterable<Uint8Array> {
    const facts = factsOfReport(query, nowMs);
    return writePages(this.#flow.write.codec, this.#records(query), this.#flow.fields, facts);
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
    const { log } = this.#parts.runtime;
    for (const { code, message } of parked.flatMap(({ faults }) => faults))
      log('error', 'report.refused', { flow: this.#flow.name, code, message });
    return records;
  }

  /** Brings what is being sent to its end. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#timer?.stop();
    await this.#working;
    await this.#sink.close();
  }
}
