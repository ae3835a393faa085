/** Which fields of fields an expression reads, as far as it is certain of what. */
import { calledName, type FieldPath, type Node, nodes } from './ast.ts';

/** A name at the end of a path. */
export interface PathRead {
  /** The variable that the path begins with; empty for the record itself. */
  root: string;
  path: FieldPath;
  /** Where the last name stands in the text. */
  offset: number;
}

/** Where something stands among the fields. */
interface Spot {
  root: string;
  path: FieldPath;
}

/** What a name stands for that the expression gives itself: a place, a function, or nothing that is known. */
type Bound = Spot | Node | undefined;
type Names = ReadonlyMap<string, Bound>;

/** Functions of a list that hand its elements to what they are given, by what takes them. */
const overElements: Readonly<Record<string, readonly number[]>> = {
  map: [0],
  filter: [0],
  single: [0],
  reduce: [1],
  sort: [0, 1],
};
/** Those that give elements of their list. */
const giveElements = new Set(['filter', 'single', 'sort', 'reverse', 'distinct']);

/** `variables` that hold records, or parts of them. */
export function pathReads(ast: Node, variables: readonly string[]): PathRead[] {
  const finder = new PathFinder();
  const known = variables.map((name): [string, Bound] => [name, { root: name, path: [] }]);
  finder.follow(ast, { root: '', path: [] }, new Map(known));
  return finder.reads;
}

const isSpot = (bound: Bound): bound is Spot => bound !== undefined && 'path' in bound;

class PathFinder {
  readonly reads: PathRead[] = [];

  /** What the node gives, where that is a place; `here` is what names in it are read of. */
  follow(node: Node, here: Spot | undefined, names: Names): Spot | undefined {
    const given = this.#given(node, here, names);
    for (const { expr } of nodes(node.predicate) as { expr?: Node }[])
      if (expr) this.follow(expr, given, names);
    return given;
  }

  #given(node: Node, here: Spot | undefined, names: Names): Spot | undefined {
    switch (node.type) {
      case 'path':
        return this.#path(node, here, names);
      case 'variable':
        return spotOf(node, here, names);
      case 'block':
        return this.#block(nodes(node.expressions), here, names);
      case 'bind':
        return this.follow(node.rhs as Node, here, names);
      case 'function':
      case 'partial':
        return this.#call(node, undefined, here, names);
      case 'apply': {
        const piped = this.follow(node.lhs as Node, here, names);
        const rhs = node.rhs as Node;
        if (rhs.type !== 'function') return void this.follow(rhs, here, names);
        return this.#call(rhs, { spot: piped }, here, names);
      }
      case 'lambda':
        return void this.#lambda(node, [], here, names);
      case 'condition':
        for (const part of [node.condition, node.then, node.else])
          if (part) this.follow(part as Node, here, names);
        return undefined;
      case 'binary':
        this.follow(node.lhs as Node, here, names);
        return void this.follow(node.rhs as Node, here, names);
      case 'unary':
        if (node.expression) this.follow(node.expression as Node, here, names);
        for (const one of nodes(node.expressions)) this.follow(one, here, names);
        return void this.#pairs(node.lhs, here, names);
      default:
        return undefined;
    }
  }

  #path({ steps, group }: Node, here: Spot | undefined, names: Names): Spot | undefined {
    let spot = here;
    const own = new Map(names);
    for (const step of nodes(steps)) {
      if (step.type === 'sort') {
        for (const { expression } of nodes(step.terms) as unknown as { expression: Node }[])
          this.follow(expression, spot, own);
        continue;
      }
      const next: Spot | undefined =
        step.type === 'name' ? this.#named(step, spot) : this.#given(step, spot, own);
      const filters = [...nodes(step.predicate), ...nodes(step.stages)] as { expr?: Node }[];
      for (const { expr } of filters) if (expr) this.follow(expr, next, own);
      if (step.focus !== undefined) own.set(String(step.focus), next);
      // Behind `@$name` the next step is read of what this one was read of.
      spot = step.focus === undefined ? next : undefined;
    }
    this.#pairs((group as { lhs?: unknown } | undefined)?.lhs, spot, own);
    return group ? undefined : spot;
  }

  #named({ value, position = 0 }: Node, spot: Spot | undefined): Spot | undefined {
    if (!spot) return undefined;
    const name = String(value);
    const read = { root: spot.root, path: [...spot.path, name] };
    this.reads.push({ ...read, offset: Math.max(0, position - name.length) });
    return read;
  }

  #pairs(pairs: unknown, here: Spot | undefined, names: Names): void {
    for (const pair of Array.isArray(pairs) ? (pairs as Node[][]) : [])
      for (const part of pair) this.follow(part, here, names);
  }

  #block(all: readonly Node[], here: Spot | undefined, names: Names): Spot | undefined {
    const own = new Map(names);
    let last: Spot | undefined;
    for (const one of all) {
      const { lhs, rhs } = one as { lhs?: Node; rhs?: Node };
      const isFunction = one.type === 'bind' && rhs?.type === 'lambda';
      last = isFunction ? undefined : this.follow(one, here, own);
      if (one.type === 'bind') own.set(String(lhs!.value), isFunction ? rhs : last);
    }
    return last;
  }

  /** `piped`: what it is given as its first by `~>`. */
  #call(
    node: Node,
    piped: { spot: Spot | undefined } | undefined,
    here: Spot | undefined,
    names: Names,
  ): Spot | undefined {
    const name = calledName(node) ?? '';
    const own = names.get(name);
    const written = nodes(node.arguments);
    const [list] = piped ? [] : written;
    const first = piped ? piped.spot : list && this.#argument(list, here, names);
    const given = [
      first,
      ...(piped ? written : written.slice(1)).map((one) => this.#argument(one, here, names)),
    ];
    if (own && !isSpot(own)) return this.#lambda(own, given, here, names);
    const takes = overElements[name];
    const lambda = written.find(({ type }) => type === 'lambda');
    if (lambda) {
      const elements: Bound[] = [];
      for (const index of takes ?? []) elements[index] = first;
      this.#lambda(lambda, elements, here, names);
    }
    return giveElements.has(name) ? first : undefined;
  }

  #argument(node: Node, here: Spot | undefined, names: Names): Spot | undefined {
    return node.type === 'lambda' ? undefined : this.follow(node, here, names);
  }

  #lambda(
    { arguments: takes, body }: Node,
    given: readonly Bound[],
    here: Spot | undefined,
    names: Names,
  ): Spot | undefined {
    const own = new Map(names);
    for (const [index, { value }] of nodes(takes).entries()) own.set(String(value), given[index]);
    return this.follow(body as Node, here, own);
  }
}

function spotOf({ value }: Node, here: Spot | undefined, names: Names): Spot | undefined {
  if (value === '') return here;
  if (value === '$') return { root: '', path: [] };
  const bound = names.get(String(value));
  return isSpot(bound) ? bound : undefined;
}
