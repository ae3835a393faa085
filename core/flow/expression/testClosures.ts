/** Simple tests as plain closures, in the logic of threeValued.ts. */
import type { Expression } from '../../ports.ts';
import { calledName, literalOf, type Node, nodes, notLiteral, walk } from './ast.ts';
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
  const value: Value = (part) => compileClosure(part as Node, variables, context, onProgram);
  return compileTest(node, value);
}

type Value = (part: unknown) => Expression | undefined;

function compileTest(node: Node, value: Value): Test | undefined {
  const test = (part: unknown) => compileTest(part as Node, value);
  if (node.predicate === undefined && node.group === undefined && !node.keepArray) {
    if (node.type === 'binary') {
      const compiled = binary(node, test, value);
      if (compiled !== 'no test') return compiled;
    }
    if (node.type === 'condition') return condition(node, test);
    if (node.type === 'block') return block(node, value);
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
  value: Value,
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

/**
 * Of several statements the last decides. Those before it may make functions, which do nothing until a value
 * in the test calls one: that value is made with them before it. With other names it is the library's.
 */
function block(node: Node, value: Value): Test | undefined {
  const statements = nodes(node.expressions);
  const last = statements.at(-1);
  const before = statements.slice(0, -1);
  if (!last || !before.every(makesFunction)) return undefined;
  const names = new Set(before.map(({ lhs }) => String((lhs as Node).value)));
  const calls = (part: Node): boolean =>
    Array.from(walk(part)).some(
      ({ type, value: name }) => type === 'variable' && names.has(String(name)),
    );
  return compileTest(last, (part) =>
    calls(part as Node)
      ? value({ type: 'block', expressions: [...before, part], position: node.position })
      : value(part),
  );
}

/** `$f := function($a) { … }`, or such a function behind names for literals. */
function makesFunction({ type, rhs }: Node): boolean {
  if (type !== 'bind') return false;
  const made = rhs as Node;
  const inside = made.type === 'block' ? nodes(made.expressions) : [made];
  const literals = inside.slice(0, -1);
  return (
    inside.at(-1)?.type === 'lambda' &&
    literals.every((one) => one.type === 'bind' && literalOf(one.rhs as Node) !== notLiteral)
  );
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
