/** Which runs of a report are to be made, of all instants at which it was due since somebody looked. */
import type { ReportFlow } from '../flow/compiledFlow.ts';
import { limits } from '../limits.ts';
import type { Runtime } from '../runtime.ts';
import type { DueInstants } from './DueInstants.ts';
import type { Looked, RunStore } from './RunStore.ts';

/** Clocks of servers that are meant to be the same differ by less. */
const SKEW_MS = 60_000;

export class RunClaims {
  readonly #runs: RunStore;
  readonly #flow: ReportFlow;
  readonly #runtime: Runtime;

  constructor(runs: RunStore, flow: ReportFlow, runtime: Runtime) {
    this.#runs = runs;
    this.#flow = flow;
    this.#runtime = runtime;
  }

  /**
   * Makes runs of what is due now, and gives the time of the store's server. A schedule that is new, or is another than it was,
   * begins with this moment. Where the clock was set back, what comes again by it is no second run.
   */
  async make(instants: DueInstants): Promise<number> {
    const nowMs = await this.#runs.nowMs();
    const { schedule: cron, zone } = this.#flow;
    const looked = await this.#runs.looked();
    const through = (throughMs: number): Looked => ({ cron, zone, throughMs });
    if (!looked || looked.cron !== cron || looked.zone !== zone) {
      await this.#runs.claim(looked?.version ?? '', through(nowMs), []);
      return nowMs;
    }
    if (looked.throughMs - nowMs > SKEW_MS) {
      await this.#runs.claim(looked.version, through(nowMs), []);
      return nowMs;
    }
    const { made, missed } = this.#chosen(instants, looked.throughMs, nowMs);
    if (made.length === 0 && missed.length === 0) return nowMs;
    const isMore = made.length === limits.reportRuns;
    const untilMs = isMore ? made.at(-1)! : nowMs;
    const dueMs = await this.#runs.withoutRun(made);
    const isMine = await this.#runs.claim(looked.version, through(untilMs), dueMs);
    if (isMine) this.#tell(missed);
    return nowMs;
  }

  #chosen(
    instants: DueInstants,
    sinceMs: number,
    nowMs: number,
  ): { made: number[]; missed: number[] } {
    const all: number[] = [];
    for (const at of instants.after(sinceMs)) {
      if (at > nowMs || all.length === limits.reportRuns) break;
      all.push(at);
    }
    const { catchUp } = this.#flow;
    if (all.length === 0 || catchUp === 'all') return { made: all, missed: [] };
    const last = instants.last(sinceMs, nowMs)!;
    const missed = all.filter((at) => at !== last);
    if (catchUp === 'last' || nowMs - last <= limits.reportLateMs) return { made: [last], missed };
    return { made: [], missed: [...missed, last] };
  }

  #tell(missed: readonly number[]): void {
    if (missed.length === 0) return;
    const { log, metrics } = this.#runtime;
    const flow = this.#flow.name;
    const [since, until] = [missed[0]!, missed.at(-1)!].map((ms) => new Date(ms).toISOString());
    const labels = { flow, outcome: 'missed' };
    metrics.count('stockbus_report_runs_total', missed.length, labels);
    log('warn', 'report.missed', { flow, since, until, runs: missed.length });
  }
}
