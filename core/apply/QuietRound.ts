import { Turns } from '../flow/Turns.ts';
import type { BookContext } from '../stock/context.ts';
import type { Decision } from '../stock/decide.ts';
import { poolFinder } from '../stock/policy.ts';
import { Workspace } from '../stock/workspace.ts';
import { commitDecided } from './commitDecided.ts';
import { Loader } from './Loader.ts';
import { OutboxWriter } from './outboxWriter.ts';
import type { RoundParts } from './round.ts';
import { StateMoved } from './StateMoved.ts';
import { settleRound } from './settleRound.ts';

/** A round that no message asked for: time is over for a reservation, or values are to be found anew. */
export class QuietRound {
  readonly #parts: RoundParts;
  readonly #workspace: Workspace;
  readonly #outbox: OutboxWriter;
  readonly loader: Loader;
  readonly context: BookContext;

  /** On what rounds before it have left in memory, or on nothing. */
  constructor(parts: RoundParts, workspace = new Workspace(parts.policy)) {
    const { store, runtime, policy, bounds } = parts;
    this.#parts = parts;
    this.#workspace = workspace;
    this.loader = new Loader(store, workspace, new Turns(runtime), bounds);
    const recordedAt = new Date(runtime.now()).toISOString();
    this.#outbox = new OutboxWriter(policy, recordedAt, parts.recent);
    this.context = {
      workspace,
      policy,
      poolOf: poolFinder(policy),
      recordedAt,
    };
  }

  take(decision: Decision): void {
    if (decision.outcome === 'rejected') return;
    this.#outbox.answered(decision.answers);
  }

  /** Number of events left in the outbox, or undefined after a conflict. */
  async commit(): Promise<number | undefined> {
    try {
      await settleRound(this.context, this.loader, this.#parts.bounds);
    } catch (error) {
      if (error instanceof StateMoved) return undefined;
      throw error;
    }
    const events = await commitDecided(this.#parts, this.#workspace, this.#outbox, {
      inbox: [],
      tallies: [],
      parked: [],
    });
    const changed = this.#workspace.changedSkus().map(({ sku }) => sku);
    if (events !== undefined) this.#parts.turns?.changed(changed);
    return events;
  }
}
