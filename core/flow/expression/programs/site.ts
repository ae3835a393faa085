/** What the compiler of programs knows where a node stands, and what runs there. */
import type { Scope } from '../../../ports.ts';
import type { Node } from '../ast.ts';
import type { FunctionContext } from '../functions.ts';
import type { Variables } from '../variables.ts';
import { Work } from '../Work.ts';

/** Values of the names of one block or of one call, by their places. */
export interface Frame {
  readonly slots: unknown[];
  readonly around: Frame | undefined;
}

/** Gives what the library's evaluation of the node gives. */
export type Run = (input: unknown, frame: Frame) => unknown;

/** One evaluation of one expression; nothing in it waits, so there is never a second beside it. */
export class Machine {
  readonly work = new Work();
  scope: Scope | undefined;
  /** Whether a list with marks stands in an object. */
  marked = false;
  /** Functions of JSONata and of Stockbus that it calls: none of them may become a name of its own after that. */
  readonly called = new Set<string>();
}

/** A function that a block names: it is called by that name, and never a value. */
export interface NamedLambda {
  parameters: number;
  body: Run;
}

/** What a function sees where it was made. */
export interface MadeAt {
  input: unknown;
  frame: Frame;
}

interface Bound {
  index: number;
  lambda?: NamedLambda | undefined;
}

/** Names that are known at one place, as JSONata's frames will have them when it runs. */
export class Names {
  readonly #around: Names | undefined;
  readonly #own = new Map<string, Bound>();
  #hasFunctions = false;

  constructor(around?: Names) {
    this.#around = around;
  }

  find(name: string): (Bound & { depth: number }) | undefined {
    let depth = 0;
    for (let names: Names | undefined = this; names; names = names.#around) {
      const bound = names.#own.get(name);
      if (bound) return { ...bound, depth };
      depth += 1;
    }
    return undefined;
  }

  /** A function that is made here, or in what stands here, may look at all names around when it is called. */
  addFunction(): void {
    this.#hasFunctions = true;
    this.#around?.addFunction();
  }

  /** Whether each name that was read here still means the same when this one is bound. */
  mayBind(name: string): boolean {
    const own = this.#own.get(name);
    if (own) return own.lambda === undefined;
    return !this.#hasFunctions || this.find(name) === undefined;
  }

  /** A name that is bound again keeps its place. */
  bind(name: string, lambda?: NamedLambda): number {
    const index = this.#own.get(name)?.index ?? this.#own.size;
    this.#own.set(name, { index, lambda });
    return index;
  }
}

export interface Site {
  machine: Machine;
  variables: Variables;
  context: FunctionContext;
  names: Names;
  /** Any node that stands in another. */
  compile(node: Node, site: Site): Run;
  /** The end of a function's body. */
  compileTail(node: Node, site: Site): Run;
  /** Set for the call that stands there. */
  isTail?: true;
}

/** What only the library can run. */
export class LeftToLibrary extends Error {}

export function leave(node: Node): never {
  throw new LeftToLibrary(node.type);
}

export const frameAt = (frame: Frame, depth: number): Frame => {
  let found = frame;
  for (let up = 0; up < depth; up += 1) found = found.around!;
  return found;
};
