/** The library's own functions that wait for nothing, called as it calls them. */
import jsonata from 'jsonata';
import { limits } from '../../../limits.ts';
import type { Node } from '../ast.ts';
import { boundedFunctions } from '../boundedFunctions.ts';
import { failed, show } from '../operators.ts';
import { Sequence, sequenceOf } from './Sequence.ts';
import { leave, type Run, type Site } from './site.ts';

interface LibraryFunction {
  implementation(this: unknown, ...inputs: unknown[]): unknown;
  signature?: { validate(inputs: unknown[], context: unknown): unknown[] };
}

/** How many inputs each takes at least; with fewer the first is what the call stands in. */
const atOnce: Readonly<Record<string, number>> = {
  ...{ sum: 1, count: 1, max: 1, min: 1, average: 1, join: 1, append: 2, keys: 1, merge: 1 },
  ...{ reverse: 1, distinct: 1, spread: 1, zip: 1, type: 1, pad: 2, floor: 1, ceil: 1, round: 1 },
  ...{ sqrt: 1, power: 2, formatNumber: 2, formatBase: 1, formatInteger: 2, fromMillis: 1 },
  ...{ error: 0, assert: 1, sort: 1, uppercase: 1, lowercase: 1, trim: 1, length: 1, substring: 2 },
  ...{ substringBefore: 2, substringAfter: 2, base64encode: 1, base64decode: 1, encodeUrl: 1 },
  ...{ encodeUrlComponent: 1, decodeUrl: 1, decodeUrlComponent: 1, number: 1, boolean: 1, not: 1 },
};

type Environment = Parameters<typeof boundedFunctions>[0];

/** The library tells it before it evaluates the first node, and does that at once. */
function ownEnvironment(): Environment {
  let known: Environment | undefined;
  const program = jsonata('null');
  const entry = Symbol.for('jsonata.__evaluate_entry') as unknown as string;
  program.assign(entry, (_node: unknown, _input: unknown, environment: Environment) => {
    known = environment;
  });
  void program.evaluate({});
  return known!;
}

const environment = ownEnvironment();

/** What a function of the library makes lists with. */
const focus = {
  options: { sequence: limits.expressionItems },
  createSequence: (...first: unknown[]): Sequence =>
    first.length === 1 ? sequenceOf(first[0]) : new Sequence(),
};

export function compileLibraryCall(
  node: Node,
  { name, isTail }: { name: string; isTail?: true | undefined },
  runs: readonly Run[],
  { machine }: Site,
): Run {
  if (!Object.hasOwn(atOnce, name)) leave(node);
  // With a function to compare by it waits; at the end of a function it stands in nothing.
  if ((name === 'sort' && runs.length > 1) || (isTail && runs.length < atOnce[name]!)) leave(node);
  const own = environment.lookup(name) as LibraryFunction;
  const bounded = boundedFunctions(environment, machine.work).find(([known]) => known === name);
  const { implementation, signature } = (bounded?.[1] ?? own) as LibraryFunction;
  return (input, frame) => {
    const values = runs.map((run) => run(input, frame));
    try {
      const taken = signature ? signature.validate(values, input) : values;
      return implementation.apply(focus, taken);
    } catch (error) {
      throw asFailed(name, values, error);
    }
  };
}

/** What the library throws has words only where it is thrown through the library. */
interface Thrown {
  code?: string;
  message?: string;
  /** Of the argument that it refuses, from 1, and what its entries must be. */
  index?: number;
  type?: string;
}

function asFailed(name: string, values: readonly unknown[], error: unknown): unknown {
  if (error instanceof Error) return error;
  const { code, message, index, type } = error as Thrown;
  if (message !== undefined || code === 'D2014' || code === 'D2015') return error;
  if (type !== undefined) {
    const todo =
      type === 'numbers'
        ? 'calculate with decimals by $add, or over a list by $reduce; cells of a CSV are text'
        : undefined;
    return failed(`$${name} takes a list of ${type}, not ${show(values[(index ?? 1) - 1])}`, todo);
  }
  const refused = index === undefined ? values : values.slice(index - 1, index);
  return failed(`$${name} cannot take ${refused.map(show).join(' and ') || 'nothing'}`);
}
