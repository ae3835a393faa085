/** Simple tests as plain closures, in the logic of threeValued.ts. */
import type { Expression } from '../../ports.ts';
import { calledName, type Node, nodes } from './ast.ts';
import { compileClosure, literalList } from './closures.ts';
import { comparisonOf, isComparison } from './comparisons.ts';
import type { FunctionContext } from './functions.ts';
import {
  conjunction,
  disjunction,
  isDecided,
  negated,
  type Verdict,
  verdictOf,
} from './threeValued.ts';
import type { Variables } from './variables.ts';

type Test = (scope: Parameters<Expression>[0]) => Verdict;

/** The closure, or undefined when the library must run it. */
export function compileTestClosure(
  node: Node,
  variables: Variables,
  context: FunctionContext,
  onProgram?: () => void,
): Test | undefined {
  const test = (part: unknown) => compileTestClosure(part as Node, variables, context, onProgram);
  const value = (part: unknown) => compileClosure(part as Node, variables, context, onProgram);
  if (node.predicate === undefined && node.group === undefined && !node.keepArray) {
    if (node.type === 'binary') {
      const compiled = binary(node, test, value);
      if (compiled !== 'no test') return compiled;
    }
    if (node.type === 'condition') return condition(node, test);
    if (node.type === 'block') {
      const [only, ...others] = nodes(node.expressions);
      // Of several the last decides, which is a test that sees the names of those before.
      return others.length === 0 && only ? test(only) : undefined;
    }
    const inputs = nodes(node.arguments);
    if (inputs.length === 1 && calledName(node) === 'not') {
      const inner = test(inputs[0]);
      return inner && ((scope) => negated(inner(scope)));
    }
    if (inputs.length === 1 && calledName(node) === 'boolean') return test(inputs[0]);
  }
  const plain = value(node);
  return plain && ((scope) => verdictOf(plain(scope)));
}

function binary(
  node: Node,
  test: (part: unknown) => Test | undefined,
  value: (part: unknown) => Expression | undefined,
): Test | undefined | 'no test' {
  const operator = String(node.value);
  if (operator === 'and' || operator === 'or') {
    const left = test(node.lhs);
    const right = test(node.rhs);
    if (!left || !right) return undefined;
    return operator === 'and' ? andOf(left, right) : orOf(left, right);
  }
  if (!isComparison(node)) return 'no test';
  const comparison = comparisonOf(node);
  const left = value(node.lhs);
  const right = (operator === 'in' ? literalList(node.rhs as Node) : undefined) ?? value(node.rhs);
  return left && right && ((scope) => comparison(left(scope), right(scope)));
}

const andOf =
  (left: Test, right: Test): Test =>
  (scope) => {
    const first = left(scope);
    return first === false ? false : conjunction(first, right(scope));
  };

const orOf =
  (left: Test, right: Test): Test =>
  (scope) => {
    const first = left(scope);
    return first === true ? true : disjunction(first, right(scope));
  };

function condition(node: Node, test: (part: unknown) => Test | undefined): Test | undefined {
  const asked = test(node.condition);
  const whenTrue = test(node.then);
  const whenFalse: Test | undefined = node.else === undefined ? () => undefined : test(node.else);
  if (!asked || !whenTrue || !whenFalse) return undefined;
  return (scope) => {
    const answer = asked(scope);
    if (!isDecided(answer)) return answer;
    return answer ? whenTrue(scope) : whenFalse(scope);
  };
}
