/** The fields of a payload's records that the expressions of a flow into stock read. */
import type { StepSpec } from '../ports.ts';
import { isObject } from '../spec.ts';
import {
  calledName,
  type Node,
  nodes,
  recordFields,
  variableFields,
  walk,
} from './expression/ast.ts';
import type { Named } from './flowFields.ts';

/**
 * Follows a flow through its steps, its routes and its key, in that order. Only what is certain
 * counts: no field that a step before gave, and none that `$exists` asks for anywhere.
 */
export class SourceFields {
  readonly #read = new Set<string>();
  readonly #asked = new Set<string>();
  readonly #given = new Set<string>();
  /** Until a map: the record has the fields of the payload. */
  #own = true;
  /** Until a split: `$source` is the record of the payload. */
  #whole = true;

  /** An expression over the record as it is now; `inner` over an element of one of its lists. */
  inStep(ast: Node, inner = false): void {
    if (this.#whole) this.#add(ast, (part) => this.#inRecord(part, inner));
  }

  /** The key is made of the record as it was read. */
  inKey(ast: Node): void {
    if (this.#whole) this.#add(ast, namesIn);
  }

  after({ name, options }: Named<StepSpec>): void {
    if (name === 'map') this.#own = false;
    const fields = isObject(options) ? options : {};
    if (name === 'set') this.#give(Object.keys(fields));
    if (name === 'lookup')
      this.#give(isObject(fields.into) ? Object.keys(fields.into) : [String(fields.into)]);
    if (name === 'split') this.#whole = false;
  }

  names(): string[] {
    return [...this.#read].filter((name) => !this.#asked.has(name));
  }

  #give(names: readonly string[]): void {
    for (const name of names) this.#given.add(name);
  }

  #inRecord(ast: Node, inner: boolean): string[] {
    const own = this.#own && !inner ? namesIn(ast) : [];
    return [...own.filter((name) => !this.#given.has(name)), ...variableFields(ast, 'source')];
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
