/**
 * Who of a process is at a SKU: rounds, side by side, or re-costing, alone. Both would be made in vain otherwise, for the
 * one whose commit comes second has to read anew what a SKU is. What other processes do is found by the commit, as ever.
 */
import type { Command } from '../message.ts';
import type { Workspace } from '../stock/workspace.ts';
import { needsOf } from './needsOf.ts';

/** Where rounds are at a SKU all the time, it is re-costed nevertheless after so long, alone for so long. */
export const turnTimes = { waitMs: 20_000, aloneMs: 1_000 } as const;

/** Only one SKU at a time is anybody's alone: so nobody who has one waits for another. */
interface Alone {
  sku: string;
  ended: Promise<void>;
}

export class SkuTurns {
  readonly #rounds = new Set<RoundTurn>();
  /** SKUs that others have changed since, by the memory in which they may lie. */
  readonly #moved = new Map<Workspace, Set<string>>();
  alone: Alone | undefined;

  /** A round begins, on a memory that then holds nothing that others here have changed. */
  enter(workspace: Workspace): RoundTurn {
    const moved = this.#moved.get(workspace);
    if (moved?.size) workspace.forget(moved);
    this.#moved.set(workspace, new Set());
    const turn = new RoundTurn(this, workspace, () => this.#rounds.delete(turn));
    this.#rounds.add(turn);
    return turn;
  }

  /** Whether a round is at it. */
  isTaken(sku: string): boolean {
    return this.#rounds.values().some((turn) => turn.has(sku));
  }

  /** Once no round is at it, and none begins with it until that ends. Gives how to end it. */
  async takeAlone(sku: string): Promise<() => void> {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    this.alone = { sku, ended };
    for (const turn of this.#rounds) if (turn.has(sku)) await turn.ended;
    return () => {
      this.alone = undefined;
      resolve();
    };
  }

  /** A commit that is no round's has changed these. */
  changed(skus: Iterable<string>): void {
    for (const sku of skus)
      for (const [workspace, moved] of this.#moved) if (workspace.has(sku)) moved.add(sku);
  }
}

/** Of one round, from its beginning to its end. */
export class RoundTurn {
  readonly #turns: SkuTurns;
  readonly #workspace: Workspace;
  readonly #end: () => void;
  readonly #ended = Promise.withResolvers<void>();
  #commands: readonly Command[] = [];

  constructor(turns: SkuTurns, workspace: Workspace, end: () => void) {
    this.#turns = turns;
    this.#workspace = workspace;
    this.#end = end;
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** What it does next; after what has a SKU of it alone. */
  async take(commands: readonly Command[]): Promise<void> {
    for (let { alone } = this.#turns; alone; { alone } = this.#turns) {
      if (this.has(alone.sku) || !needsOf(commands).skus.has(alone.sku)) break;
      await alone.ended;
    }
    this.#commands = commands;
  }

  has(sku: string): boolean {
    return this.#workspace.hasChanged(sku) || needsOf(this.#commands).skus.has(sku);
  }

  leave(): void {
    this.#end();
    this.#ended.resolve();
  }
}
