/**
 * Expressions with lists, predicates, names and functions of their own, run at once and with exactly the
 * results of the jsonata library. Their work is counted as that of the library is. What it runs alone is
 * left to it: functions that call themselves, sorting and grouping by `^` and `{…}`, `#`, `@`, `%`.
 */
import type { Expression } from '../../../ports.ts';
import type { Node } from '../ast.ts';
import type { FunctionContext } from '../functions.ts';
import { asFault } from '../libraryFault.ts';
import type { Variables } from '../variables.ts';
import { tooMuchAtOnce } from '../Work.ts';
import { compileNode, compileTail } from './compileNode.ts';
import { Sequence, sequenceOf, unmarked, unmarkedInside } from './Sequence.ts';
import { type Frame, LeftToLibrary, Machine, Names, type Run, type Site } from './site.ts';

const root: Frame = { slots: [], around: undefined };

/** The closure, or undefined when the library must run it. Throws `tooMuchAtOnce` where it takes long. */
export function compileProgram(
  node: Node,
  variables: Variables,
  context: FunctionContext,
): Expression | undefined {
  const machine = new Machine();
  const run = compiled(node, {
    ...{ machine, variables, context },
    ...{ names: new Names(), compile: compileNode, compileTail },
  });
  if (!run) return undefined;
  const { work } = machine;
  return (scope) => {
    machine.scope = scope;
    machine.marked = false;
    work.begin(scope, true);
    try {
      const value = run(inputOf(scope.value), root);
      return machine.marked ? unmarkedInside(value) : unmarked(value);
    } catch (error) {
      throw error === tooMuchAtOnce ? error : asFault(error);
    } finally {
      context.turns.worked(work.steps);
      machine.scope = undefined;
      work.end();
    }
  };
}

function compiled(node: Node, site: Site): Run | undefined {
  try {
    return compileNode(node, site);
  } catch (error) {
    if (error instanceof LeftToLibrary) return undefined;
    throw error;
  }
}

function inputOf(value: unknown): unknown {
  if (!Array.isArray(value) || value instanceof Sequence) return value;
  const wrapped = sequenceOf(value);
  wrapped.outerWrapper = true;
  return wrapped;
}
