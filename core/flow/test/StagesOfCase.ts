/** The stages of all flows in a test: what comes to their queues they decide, at the time that the test says. */

import type { Broker, BrokerMessage, Payload } from '../../ports.ts';
import type { Runtime } from '../../runtime.ts';
import { arrivalsOf } from '../../stages/arrivalsOf.ts';
import { leavingPayload } from '../../stages/leavingPayload.ts';
import { MemoryStages } from '../../stages/MemoryStages.ts';
import type { StageRound } from '../../stages/StageRound.ts';
import { StageRounds } from '../../stages/StageRounds.ts';
import type { FlowStage, InboundFlow } from '../compiledFlow.ts';

interface Parts {
  stages: readonly FlowStage[];
  runtime: Runtime;
  setNow(ms: number): void;
  /** Takes what has left a stage into the leg behind it. */
  take(broker: Pick<Broker, 'publish'>, leg: InboundFlow, payload: Payload): Promise<unknown>;
}

/** The end of all times. */
const NEVER = '9999';

export class StagesOfCase implements Pick<Broker, 'publish'> {
  readonly #broker: Pick<Broker, 'publish'>;
  readonly #parts: Parts;
  readonly #store = new MemoryStages();

  /** `broker`: of all that waits for no stage. */
  constructor(broker: Pick<Broker, 'publish'>, parts: Parts) {
    this.#broker = broker;
    this.#parts = parts;
  }

  async publish(messages: readonly BrokerMessage[]): Promise<void> {
    for (const message of messages) {
      const queue = 'queue' in message.to ? message.to.queue : undefined;
      const stage = this.#parts.stages.find((one) => one.queue === queue);
      if (stage) await this.#arrive(stage, message.body);
      else await this.#broker.publish([message]);
    }
  }

  async #arrive(stage: FlowStage, body: Uint8Array): Promise<void> {
    let arrivals = arrivalsOf(body, stage);
    while (arrivals.length > 0) {
      const rounds = new StageRounds(this.#store, stage);
      const { round, taken } = await rounds.ofArrivals(arrivals, this.#now());
      await this.#commit(stage, round);
      arrivals = arrivals.slice(taken);
    }
  }

  /** Time passes: what becomes due is decided at its own moment. */
  async pass(ms: number): Promise<void> {
    const { runtime, setNow } = this.#parts;
    const end = runtime.now() + ms;
    for (;;) {
      const due = await this.#next();
      if (!due || Date.parse(due.at) > end) break;
      setNow(Math.max(runtime.now(), Date.parse(due.at)));
      const rows = await this.#store.dueStageRows(due.stage.name, this.#now(), MOST);
      const rounds = new StageRounds(this.#store, due.stage);
      const { round } = await rounds.ofDue(rows, this.#now());
      await this.#commit(due.stage, round);
    }
    setNow(end);
  }

  async #next(): Promise<{ stage: FlowStage; at: string } | undefined> {
    let next: { stage: FlowStage; at: string } | undefined;
    for (const stage of this.#parts.stages) {
      const [row] = await this.#store.dueStageRows(stage.name, NEVER, 1);
      if (row && (!next || row.dueAt! < next.at)) next = { stage, at: row.dueAt! };
    }
    return next;
  }

  async #commit(stage: FlowStage, round: StageRound): Promise<void> {
    const { runtime, take } = this.#parts;
    const commit = round.commit(runtime.newId());
    if (!commit) return;
    await this.#store.commitStage(commit);
    for (const out of commit.outs) await take(this, stage.leg, leavingPayload(out, stage.leg.name));
    await this.#store.outsSent(
      stage.name,
      commit.outs.map(({ id }) => id),
    );
  }

  #now(): string {
    return new Date(this.#parts.runtime.now()).toISOString();
  }
}

const MOST = 1_000;
