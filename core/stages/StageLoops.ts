import type { Fault } from '../errors.ts';
import { type CompiledFlow, stagesOf } from '../flow/compiledFlow.ts';
import { StageLoop, type StageLoopParts } from '../StageLoop.ts';
import { KeptStages, type KeptStagesParts } from './KeptStages.ts';

const SETTLE_POLL_MS = 20;

/** The loops of all stages of a hub. */
export class StageLoops {
  readonly #parts: StageLoopParts;
  readonly #loops: StageLoop[] = [];
  readonly #kept: KeptStages;

  constructor(parts: StageLoopParts & KeptStagesParts) {
    this.#parts = parts;
    this.#kept = new KeptStages(parts);
  }

  async start(flows: readonly CompiledFlow[]): Promise<void> {
    await this.#kept.start(flows);
    for (const stage of stagesOf(flows)) {
      const loop = new StageLoop(this.#parts, stage);
      this.#loops.push(loop);
      await loop.start();
    }
  }

  /** By which they are held up; `ok` where by nothing; nothing where there are none. */
  check(): string | undefined {
    if (this.#loops.length === 0) return undefined;
    const fault = this.#loops.map(({ waitsFor }): Fault | undefined => waitsFor).find((one) => one);
    return fault?.message ?? 'ok';
  }

  /** What goes through all of them at once has gone, and nothing waits in these queues, or `ms` have passed. */
  async settle(queues: readonly string[], ms: number): Promise<void> {
    const { broker, runtime } = this.#parts;
    const end = runtime.monotonic() + ms;
    const isWaiting = async (): Promise<boolean> => {
      const depths = await Promise.all(queues.map((queue) => broker.depth(queue)));
      return depths.some((depth) => depth > 0);
    };
    // What leaves one may come to the next.
    for (let round = 0; round <= this.#loops.length; round += 1) {
      while (runtime.monotonic() < end && (await isWaiting())) await runtime.sleep(SETTLE_POLL_MS);
      for (const loop of this.#loops) await loop.look();
    }
  }

  async stop(): Promise<void> {
    await this.#kept.stop();
    await Promise.all(this.#loops.map((loop) => loop.stop()));
  }
}
