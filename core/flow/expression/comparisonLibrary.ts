/** Comparisons of the library as the closures have them, wherever in the expression. */
import type jsonata from 'jsonata';
import { type Node, walk } from './ast.ts';
import { isComparison, valueComparisonOf } from './comparisons.ts';
import { payOf } from './comparisonWork.ts';
import { becomeCall, hiddenName } from './rewrite.ts';
import type { Work } from './Work.ts';

const CALL = 'compare';

/** In place: the library keeps the tree that it gave. */
export function makeComparisonsStrict(program: jsonata.Expression, work: Work): void {
  const found = Array.from(walk(program.ast() as unknown as Node)).filter(isComparison);
  if (found.length === 0) return;
  const comparisons = found.map((node) => ({ run: valueComparisonOf(node), pay: payOf(node) }));
  const compare = (index: number, left: unknown, right: unknown) => {
    const { run, pay } = comparisons[index]!;
    pay(work, left, right);
    return run(left, right);
  };
  program.registerFunction(hiddenName(CALL), compare);
  for (const [index, node] of found.entries()) {
    const { lhs, rhs } = node;
    becomeCall(node, CALL, [
      { type: 'number', value: index, position: 0, isHidden: true },
      lhs as Node,
      rhs as Node,
    ]);
  }
}
