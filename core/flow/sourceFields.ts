/** The fields of a payload's records that the expressions of a flow into stock read. */
import type { Shape } from '../ports.ts';
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
  readonly #read = new Set<string>();
  readonly #asked = new Set<string>();

  /** An expression over such a record; `inner` over an element of one of its lists. */
  inRecord(ast: Node, shape: Shape, inner = false): void {
    if (!shape.whole) return;
    const own = shape.others === 'payload' && !inner;
    this.#add(ast, (part) => [
      ...(own ? namesIn(part).filter((name) => !shape.fields.has(name)) : []),
      ...variableFields(part, 'source'),
    ]);
  }

  /** The key is made of the record as it was read. */
  inKey(ast: Node, { whole }: Shape): void {
    if (whole) this.#add(ast, namesIn);
  }

  has(name: string): boolean {
    return this.#read.has(name);
  }

  names(): string[] {
    return [...this.#read].filter((name) => !this.#asked.has(name));
  }

  #add(ast: Node, fieldsIn: (part: Node) => string[]): void {
    for (const name of fieldsIn(ast)) this.#read.add(name);
    for (const node of walk(ast)) {
      if (calledName(node) !== 'exists') continue;
      for (const name of nodes(node.arguments).flatMap(fieldsIn)) this.#asked.add(name);
    }
  }
}

const namesIn = (ast: Node): string[] => recordFields(ast).map(({ name }) => name);
