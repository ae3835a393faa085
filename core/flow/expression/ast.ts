/** The syntax tree of the jsonata library, as far as the compiler looks into it. */
import jsonata from 'jsonata';
import {
  type ParserError,
  type SyntaxFault,
  syntaxFault,
  typographicFault,
} from './syntaxFault.ts';

export interface Node {
  type: string;
  value?: unknown;
  /** Offset in the text at which the token ends. */
  position?: number;
  /** Made by us and written by nobody: what it takes is not the author's. */
  isHidden?: true;
  /** What decides which items of a list are taken. */
  isFilter?: true;
  [part: string]: unknown;
}

/** The tree, or where the text stops being an expression. */
export function parseExpression(text: string): { ast: Node } | { fault: SyntaxFault } {
  if (text.trim() === '') {
    const todo = 'write a field, a text in quotes, or what is made of them';
    return { fault: { message: 'the expression is empty', todo, offset: 0 } };
  }
  let ast: Node;
  try {
    ast = jsonata(text).ast() as unknown as Node;
  } catch (error) {
    return { fault: syntaxFault(text, error as ParserError) };
  }
  for (const { type, value, position = 0 } of walk(ast)) {
    const fault = type === 'name' && typographicFault(text, String(value), position);
    if (fault) return { fault };
  }
  mendPatterns(ast);
  return { ast };
}

/**
 * Of `a ?? b` and `a ?: b` the parser makes conditions over a copy of `a`, and in the copy regular expressions
 * are lost. Here they are put back, from the inside out: the copy has as many as what it is a copy of.
 */
export function mendPatterns(node: Node): void {
  for (const child of childrenOf(node)) mendPatterns(child);
  if (node.type !== 'condition') return;
  const lost = patternsIn(node.condition as Node);
  if (lost.every(({ value }) => value instanceof RegExp)) return;
  const kept = patternsIn(node.then as Node);
  for (const [index, pattern] of lost.entries()) pattern.value = kept[index]?.value;
}

function patternsIn(node: Node): Node[] {
  const below = Array.from(childrenOf(node)).flatMap((child) => patternsIn(child));
  return node.type === 'regex' ? [node, ...below] : below;
}

/** A copy of a tree whose nodes stand elsewhere. */
export const withPositions = (node: Node, move: (position: number) => number): Node =>
  moved(node, move) as Node;

function moved(part: unknown, move: (position: number) => number): unknown {
  if (Array.isArray(part)) return part.map((one) => moved(one, move));
  if (typeof part !== 'object' || part === null || part instanceof RegExp) return part;
  return Object.fromEntries(
    Object.entries(part).map(([name, value]) => [
      name,
      name === 'position' && typeof value === 'number' ? move(value) : moved(value, move),
    ]),
  );
}

/** Every node of a tree, outer ones first. */
export function* walk(node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(node)) yield* walk(child);
}

/** The nodes right inside a node. */
export function* childrenOf(node: Node): Generator<Node> {
  for (const part of Object.values(node)) yield* nodesIn(part);
}

function* nodesIn(part: unknown): Generator<Node> {
  if (isNode(part)) {
    yield part;
  } else if (typeof part === 'object' && part !== null && !(part instanceof RegExp)) {
    for (const item of Object.values(part)) yield* nodesIn(item);
  }
}

const isNode = (part: unknown): part is Node =>
  typeof part === 'object' && part !== null && typeof (part as Node).type === 'string';

/** Nodes in a list part, such as `arguments` or `steps`. */
export const nodes = (part: unknown): Node[] => (Array.isArray(part) ? (part as Node[]) : []);

/** `$name(...)`: the name, or undefined for any other node. */
export function calledName(node: Node): string | undefined {
  const procedure = node.procedure as Node | undefined;
  if (node.type !== 'function' || procedure?.type !== 'variable') return undefined;
  return String(procedure.value);
}

/** The value of a literal node; `notLiteral` for any other. */
export const notLiteral: unique symbol = Symbol('not a literal');
export function literalOf(node: Node | undefined): unknown {
  if (!node || node.predicate !== undefined) return notLiteral;
  return node.type === 'string' || node.type === 'number' || node.type === 'value'
    ? node.value
    : notLiteral;
}

/** The same, and of a list of literals their values. */
export function constantOf(node: Node | undefined): unknown {
  if (node?.type !== 'unary' || node.value !== '[' || node.predicate !== undefined)
    return literalOf(node);
  const items = nodes(node.expressions).map(literalOf);
  return items.includes(notLiteral) ? notLiteral : items;
}

export interface RecordField {
  name: string;
  offset: number;
  /** Of a field of that field, where it reads that. */
  inside?: { name: string; offset: number };
}

function placed(named: Node): { name: string; offset: number } {
  const name = String(named.value);
  return { name, offset: Math.max(0, (named.position ?? 0) - name.length) };
}

/**
 * Names of fields that an expression reads from the record itself, each with its offset; only where
 * it is certain (not inside predicates, lambdas and the like).
 */
export function recordFields(node: Node): RecordField[] {
  switch (node.type) {
    case 'path': {
      const [root, ...rest] = nodes(node.steps);
      if (root?.type === 'function' || root?.type === 'block') return recordFields(root);
      const first = root?.type === 'variable' && isRecord(root) ? rest[0] : root;
      if (first?.type !== 'name') return [];
      const next = rest[first === root ? 0 : 1];
      const isPlain = next?.type === 'name' && first.predicate === undefined;
      return [isPlain ? { ...placed(first), inside: placed(next) } : placed(first)];
    }
    case 'bind':
      return recordFields(node.rhs as Node);
    case 'binary':
    case 'apply':
      return [node.lhs, node.rhs].flatMap((part) => recordFields(part as Node));
    case 'condition':
      return [node.condition, node.then, node.else].flatMap((part) =>
        part ? recordFields(part as Node) : [],
      );
    case 'block':
      return nodes(node.expressions).flatMap(recordFields);
    case 'unary':
      if (node.value === '-') return recordFields(node.expression as Node);
      return node.value === '[' ? nodes(node.expressions).flatMap(recordFields) : [];
    case 'function':
      return nodes(node.arguments).flatMap(recordFields);
    default:
      return [];
  }
}

/** `$` and `$$`, outside predicates and lambdas. */
export const isRecord = (variable: Node): boolean =>
  variable.value === '' || variable.value === '$';

/** Names of fields that an expression reads as `$variable.name`, wherever in it. */
export function variableFields(node: Node, variable: string): string[] {
  return Array.from(walk(node)).flatMap((part) => {
    const [root, first] = part.type === 'path' ? nodes(part.steps) : [];
    const reads = root?.type === 'variable' && root.value === variable && first?.type === 'name';
    return reads ? [String(first.value)] : [];
  });
}

/** Names of a field and of the fields in it, as far as they are written: `order`, `no` of `order.no`. */
export type FieldPath = readonly string[];

/**
 * What an expression may read of the record, or of `$variable`, wherever in it: also inside of predicates
 * and functions, where a name may be that of another thing. Of `$` and `$$` alone it is not known.
 * Nodes in `without` are not looked at.
 */
export function fieldPaths(
  node: Node,
  variable?: string,
  without: ReadonlySet<Node> = new Set(),
): FieldPath[] {
  return Array.from(walk(node)).flatMap((part) => {
    if (without.has(part)) return [];
    const [root, ...rest] = part.type === 'path' ? nodes(part.steps) : [];
    const isVariable = root?.type === 'variable';
    const reads =
      variable === undefined
        ? !isVariable || isRecord(root)
        : isVariable && root.value === variable;
    if (!root || !reads) return [];
    const steps = isVariable ? rest : [root, ...rest];
    const end = steps.findIndex(({ type }) => type !== 'name');
    const names = (end === -1 ? steps : steps.slice(0, end)).map(({ value }) => String(value));
    return names.length > 0 ? [names] : [];
  });
}

/** `a.b.c`, as people name it, for a path of nothing but names. */
export function pathName(node: Node): string | undefined {
  if (node.type !== 'path') return undefined;
  const steps = nodes(node.steps);
  if (!steps.every(({ type }) => type === 'name')) return undefined;
  return steps.map(({ value }) => String(value)).join('.');
}
