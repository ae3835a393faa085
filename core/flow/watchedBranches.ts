/** Which branches of an expression records take: told to a watch, and to nobody where there is none. */
import type { Expression, Scope } from '../ports.ts';
import { truthy } from '../steps/truthy.ts';
import { calledName, type Node, nodes } from './expression/ast.ts';
import { asWritten } from './expression/asWritten.ts';
import type { CompiledExpression } from './expression/compileExpression.ts';

/** A condition, and what stands in its branches. */
interface Branching {
  asked: Expression;
  take(isTrue: boolean): void;
  whenTrue: readonly Branching[];
  whenFalse: readonly Branching[];
}

interface Watching {
  /** A part of the expression by itself; undefined where only the library can run it. */
  compile(part: Node): Expression | undefined;
  /** Told for each condition, where it stands in the text and as it is written. */
  branch(offset: number, text: string): (isTrue: boolean) => void;
}

/** The same expression; before each evaluation its conditions are asked once more, by themselves. */
export function watchedBranches(
  compiled: CompiledExpression,
  watching: Watching,
): CompiledExpression {
  const all = branchingsIn(compiled.ast, watching);
  if (all.length === 0) return compiled;
  const evaluate: Expression = (scope) => {
    follow(all, scope);
    return compiled.evaluate(scope);
  };
  return { ...compiled, evaluate };
}

function follow(all: readonly Branching[], scope: Scope): void {
  for (const { asked, take, whenTrue, whenFalse } of all) {
    let answer: unknown;
    try {
      answer = asked(scope);
    } catch {
      // What is wrong with it is told by the expression itself.
      continue;
    }
    if (answer instanceof Promise) {
      answer.catch(() => undefined);
      continue;
    }
    take(truthy(answer));
    follow(truthy(answer) ? whenTrue : whenFalse, scope);
  }
}

/** Those that are evaluated over the record itself, whenever the expression is. */
function branchingsIn(node: Node, watching: Watching): Branching[] {
  if (node.predicate !== undefined || node.group !== undefined) return [];
  const inAll = (parts: readonly unknown[]): Branching[] =>
    parts.flatMap((part) => (part === undefined ? [] : branchingsIn(part as Node, watching)));
  switch (node.type) {
    case 'condition': {
      const asked = watching.compile(node.condition as Node);
      const before = inAll([node.condition]);
      if (!asked) return before;
      const { position = 1 } = node;
      const text = asWritten(node.condition as Node) ?? 'the condition';
      const take = watching.branch(position - 1, text);
      return [
        ...before,
        { asked, take, whenTrue: inAll([node.then]), whenFalse: inAll([node.else]) },
      ];
    }
    case 'binary':
      return node.value === 'and' || node.value === 'or' ? [] : inAll([node.lhs, node.rhs]);
    case 'block': {
      const [only, ...others] = nodes(node.expressions);
      return others.length === 0 ? inAll([only]) : [];
    }
    case 'function':
      return calledName(node) === undefined ? [] : inAll(nodes(node.arguments));
    default:
      return [];
  }
}
