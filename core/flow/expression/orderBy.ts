/**
 * `list^(>price, name)` in the library takes memory with the square of the list, since its merge keeps
 * what is left at each step. Here it becomes a call that asks for the terms of each entry once and sorts
 * them at once, with the same result.
 */
import type jsonata from 'jsonata';
import { type Node, nodes, walk } from './ast.ts';
import { failed, show } from './operators.ts';

/** Names that no expression can write. */
const CALL = 'order by';
const SORTED = 'sorted entries';
const ENTRY = 'entry to sort';

interface Term {
  descending: boolean;
  expression: Node;
}

/** Rewrites every `^` of the program, in place: the library keeps the tree that it gave. */
export function replaceOrderBy(program: jsonata.Expression): void {
  const paths = Array.from(walk(program.ast() as unknown as Node)).filter(isSorted);
  if (paths.length === 0) return;
  program.registerFunction(CALL, orderBy);
  // Those inside come after those around them, and their nodes stay the same.
  for (const path of paths.reverse()) rewrite(path);
}

const isSorted = (node: Node): boolean =>
  node.type === 'path' && nodes(node.steps).some(({ type }) => type === 'sort');

/** Where a list is sorted that `#` or `@` went through, which cannot be rewritten. */
export function boundSort(ast: Node): Node | undefined {
  return Array.from(walk(ast)).find(
    (node) => isSorted(node) && nodes(node.steps).some(({ tuple }) => tuple === true),
  );
}

function rewrite(path: Node): void {
  const steps = nodes(path.steps);
  const at = steps.findLastIndex(({ type }) => type === 'sort');
  const { terms, stages, position = 0 } = steps[at]! as Node & { terms: Term[] };
  const before: Node = { type: 'path', steps: steps.slice(0, at) };
  if (isSorted(before)) rewrite(before);
  const directions = terms.map(({ descending }) => (descending ? '>' : '<')).join('');
  const call: Node = {
    type: 'function',
    value: '(',
    position,
    procedure: { type: 'variable', value: CALL, position },
    arguments: [before, { type: 'string', value: directions, position }, ...terms.map(termOf)],
  };
  const sorted: Node = { type: 'variable', value: SORTED, position };
  const { type: _type, steps: _steps, ...rest } = path;
  const after: Node = {
    ...rest,
    type: 'path',
    steps: [stages === undefined ? { ...sorted } : { ...sorted, stages }, ...steps.slice(at + 1)],
  };
  for (const part of Object.keys(path)) delete path[part];
  const bind = { type: 'bind', value: ':=', position, lhs: sorted, rhs: call };
  Object.assign(path, { type: 'block', position, expressions: [bind, after] });
}

/** The term of one entry. */
function termOf({ expression }: Term): Node {
  const position = expression.position ?? 0;
  const entry = { type: 'variable', value: ENTRY, position };
  const inside = { type: 'block', position, expressions: [expression] };
  return {
    type: 'lambda',
    position,
    arguments: [entry],
    body: { type: 'path', steps: [{ ...entry }, inside] },
  };
}

type TermOfEntry = (entry: unknown) => Promise<unknown>;

async function orderBy(list: unknown, directions: string, ...terms: TermOfEntry[]) {
  if (!Array.isArray(list)) return list;
  // One entry is the entry itself, none is nothing.
  if (list.length < 2) return list[0];
  const entries: { entry: unknown; keys: unknown[] }[] = [];
  for (const entry of list) {
    const keys: unknown[] = [];
    for (const term of terms) keys.push(await term(entry));
    entries.push({ entry, keys });
  }
  entries.sort((a, b) => {
    for (const [index, direction] of Array.from(directions).entries()) {
      const order = compareKeys(a.keys[index], b.keys[index], direction === '>' ? -1 : 1);
      if (order !== 0) return order;
    }
    return 0;
  });
  return entries.map(({ entry }) => entry);
}

/** What is not there comes last, in both directions. */
function compareKeys(a: unknown, b: unknown, direction: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (!isOrdered(a) || !isOrdered(b) || typeof a !== typeof b) {
    const [odd, other] = isOrdered(a) ? [b, a] : [a, b];
    throw failed(`'^' sorts by numbers or by texts, not by ${show(odd)} beside ${show(other)}`);
  }
  if (a === b) return 0;
  return a < b ? -direction : direction;
}

const isOrdered = (key: unknown): key is string | number =>
  typeof key === 'string' || typeof key === 'number';
