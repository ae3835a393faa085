/** All stages of which the store knows: those that flows have are remembered, what lies in others is told, all are measured. */
import { FlowClaims } from '../deployment/FlowClaims.ts';
import { faultOf } from '../errors.ts';
import type { CompiledFlow } from '../flow/compiledFlow.ts';
import { goneStages, type LeftStage, stageNames } from '../flow/goneStages.ts';
import { limits } from '../limits.ts';
import type { Broker, KeptStage, StageChapter } from '../ports.ts';
import type { Runtime, Timer } from '../runtime.ts';
import { stageQueue } from './stageQueue.ts';

export interface KeptStagesParts {
  broker: Pick<Broker, 'declare' | 'depth'>;
  store: Pick<StageChapter, 'stages' | 'staged' | 'knowStages' | 'forgetStage'>;
  runtime: Runtime;
}

export class KeptStages {
  readonly #parts: KeptStagesParts;
  #timer: Timer | undefined;
  #measuring: Promise<void> | undefined;
  /** Of which something was told: they are told to be empty once they are gone. */
  #measuredLast: readonly string[] = [];

  constructor(parts: KeptStagesParts) {
    this.#parts = parts;
  }

  /**
   * Where a flow cannot be read nobody knows which stages it has (`isWhole`: false), and none is said to be gone; nor is one
   * that another deployment has.
   */
  async start(
    flows: readonly CompiledFlow[],
    isWhole = true,
    others: Pick<FlowClaims, 'stagesLeft'> = new FlowClaims([]),
  ): Promise<void> {
    const { store, runtime } = this.#parts;
    const kept = await store.stages();
    const own = stageNames(flows);
    const isKnown = new Set(kept.map(({ stage }) => stage));
    const left: LeftStage[] = [];
    const gone = isWhole ? others.stagesLeft(kept).filter(({ stage }) => !own.has(stage)) : [];
    for (const one of gone) left.push(await this.#looked(one));
    for (const fault of goneStages(flows, left)) runtime.log('warn', 'stage.gone', { ...fault });
    const isNew = [...own].filter((stage) => !isKnown.has(stage));
    if (isNew.length > 0) await store.knowStages(isNew);
    if (own.size + kept.length === 0) return;
    this.#timer = runtime.every(limits.stageMeasureMs, () => this.#measure());
    this.#measure();
  }

  /** With what lies in its queue. One of which nothing is left is forgotten. */
  async #looked(kept: KeptStage): Promise<LeftStage> {
    const { broker, store } = this.#parts;
    const { stage, waiting, outs } = kept;
    const queue = stageQueue(stage);
    await broker.declare({ queues: [queue], subscriptions: [] });
    const queued = await broker.depth(queue);
    if (waiting + outs + queued === 0) {
      const { rows } = await store.staged({ stage }, { limit: 1 });
      if (rows.length === 0) await store.forgetStage(stage);
    }
    return { ...kept, queued };
  }

  /** How many records wait in each, and for how long the first of them. */
  #measure(): void {
    this.#measuring ??= this.#measured()
      .catch((error: unknown) => {
        // That the store is away is said by /readyz, too.
        const { code, message } = faultOf(error);
        this.#parts.runtime.log('debug', 'stage.not_measured', { code, message });
      })
      .finally(() => {
        this.#measuring = undefined;
      });
  }

  async #measured(): Promise<void> {
    const { store, runtime } = this.#parts;
    const { metrics } = runtime;
    const kept = await store.stages();
    const names = kept.map(({ stage }) => stage);
    const gone = this.#measuredLast.filter((stage) => !names.includes(stage));
    this.#measuredLast = names;
    const empty = gone.map((stage): KeptStage => ({ stage, waiting: 0, outs: 0 }));
    for (const { stage, waiting, since } of [...kept, ...empty]) {
      const age = since === undefined ? 0 : Math.max(0, runtime.now() - Date.parse(since));
      metrics.gauge('stockbus_stage_waiting_records', waiting, { stage });
      metrics.gauge('stockbus_stage_oldest_seconds', age / 1_000, { stage });
    }
  }

  async stop(): Promise<void> {
    this.#timer?.stop();
    await this.#measuring;
  }
}
