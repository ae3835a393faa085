/** Tests that run in the library, in the logic of threeValued.ts and not in its own. */
import jsonata from 'jsonata';
import { calledName, type Node, nodes } from './ast.ts';
import { comparisonOf, isComparison } from './comparisons.ts';
import { payOf } from './comparisonWork.ts';
import { becomeCall, hiddenName } from './rewrite.ts';
import {
  conjunction,
  disjunction,
  isDecided,
  negated,
  type Verdict,
  verdictOf,
} from './threeValued.ts';
import type { Work } from './Work.ts';

type Later = () => Promise<unknown>;

const operations: Readonly<Record<string, (...inputs: never[]) => unknown>> = {
  not: (value: unknown) => negated(verdictOf(value)),
  boolean: (value: unknown) => verdictOf(value),
  async and(left: unknown, right: Later): Promise<Verdict> {
    const first = verdictOf(left);
    return first === false ? false : conjunction(first, verdictOf(await right()));
  },
  async or(left: unknown, right: Later): Promise<Verdict> {
    const first = verdictOf(left);
    return first === true ? true : disjunction(first, verdictOf(await right()));
  },
  async condition(asked: unknown, whenTrue: Later, whenFalse: Later): Promise<unknown> {
    const answer = verdictOf(asked);
    if (!isDecided(answer)) return answer;
    return answer ? whenTrue() : whenFalse();
  },
};

/** Makes a test of the program: what decides it are calls of the operations above. */
export function makeTest(program: jsonata.Expression, work: Work): void {
  for (const [operator, operation] of Object.entries(operations)) {
    program.registerFunction(hiddenName(operator), operation as () => unknown);
  }
  const comparisons: { run: ReturnType<typeof comparisonOf>; pay: ReturnType<typeof payOf> }[] = [];
  const compare = (index: number, left: unknown, right: unknown) => {
    const { run, pay } = comparisons[index]!;
    pay(work, left, right);
    return run(left, right);
  };
  program.registerFunction(hiddenName(COMPARE), compare);
  rewrite(
    program.ast() as unknown as Node,
    (node) => comparisons.push({ run: comparisonOf(node), pay: payOf(node) }) - 1,
  );
}

/** The comparison that decides; those in values are another call. */
const COMPARE = 'test of kinds';

/** In place, from the root along all that can decide: the library keeps the tree that it gave. */
function rewrite(node: Node, keep: (comparison: Node) => number): void {
  if (node.predicate !== undefined || node.group !== undefined || node.keepArray) return;
  const inputs = nodes(node.arguments);
  const called = calledName(node);
  if (node.type === 'binary' && (node.value === 'and' || node.value === 'or')) {
    const [left, right] = [node.lhs as Node, node.rhs as Node];
    rewrite(left, keep);
    rewrite(right, keep);
    becomeCall(node, node.value, [left, later(right)]);
  } else if (isComparison(node)) {
    const kept: Node = { type: 'number', value: keep(node), position: 0 };
    becomeCall(node, COMPARE, [kept, node.lhs as Node, node.rhs as Node]);
  } else if (node.type === 'condition') {
    const branches = [node.then as Node, (node.else as Node | undefined) ?? nothing()];
    for (const part of [node.condition as Node, ...branches]) rewrite(part, keep);
    becomeCall(node, 'condition', [node.condition as Node, ...branches.map(later)]);
  } else if (node.type === 'block') {
    const last = nodes(node.expressions).at(-1);
    if (last) rewrite(last, keep);
  } else if ((called === 'not' || called === 'boolean') && inputs.length === 1) {
    rewrite(inputs[0]!, keep);
    becomeCall(node, called, inputs);
  }
}

/** What is evaluated only when it is asked for. */
const later = (body: Node): Node => ({
  type: 'lambda',
  position: body.position ?? 0,
  arguments: [],
  body,
});

/** A field that no record has. */
const nothing = (): Node => jsonata('$lookup({}, "")').ast() as unknown as Node;
