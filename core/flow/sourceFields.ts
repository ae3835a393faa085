/** The fields of a payload's records that the expressions of a flow into stock read. */
import type { Shape } from '../ports.ts';
import type { Path } from '../spec.ts';
import {
  calledName,
  type Node,
  nodes,
  recordFields,
  variableFields,
  walk,
} from './expression/ast.ts';

/**
 * Follows a flow through its steps, its routes and its key. Only what is certain counts: no field that a
 * step before gave, and none that `$exists` asks for anywhere.
 */
export class SourceFields {
  /** Each with the place of the first expression that reads it. */
  readonly #read = new Map<string, Path>();
  readonly #asked = new Set<string>();

  /** An expression over such a record; `inner` over an element of one of its lists. */
  inRecord(ast: Node, path: Path, shape: Shape, inner = false): void {
    if (!shape.whole) return;
    const own = shape.others === 'payload' && !inner;
    this.#add(ast, path, (part) => [
      ...(own ? namesIn(part).filter((name) => !shape.fields.has(name)) : []),
      ...variableFields(part, 'source'),
    ]);
  }

  /** The key is made of the record as it was read. */
  inKey(ast: Node, path: Path, { whole }: Shape): void {
    if (whole) this.#add(ast, path, namesIn);
  }

  has(name: string): boolean {
    return this.#read.has(name);
  }

  names(): string[] {
    return [...this.#read.keys()].filter((name) => !this.#asked.has(name));
  }

  placeOf(name: string): Path {
    return this.#read.get(name) ?? [];
  }

  #add(ast: Node, path: Path, fieldsIn: (part: Node) => string[]): void {
    for (const name of fieldsIn(ast)) if (!this.#read.has(name)) this.#read.set(name, path);
    for (const node of walk(ast)) {
      if (calledName(node) !== 'exists') continue;
      for (const name of nodes(node.arguments).flatMap(fieldsIn)) this.#asked.add(name);
    }
  }
}

const namesIn = (ast: Node): string[] => recordFields(ast).map(({ name }) => name);
