/** Fields that a flow reads, until a record of the payload has them. */
import type { Place } from '../errors.ts';
import type { FlowRecord, Shape } from '../ports.ts';
import { isObject, type Path } from '../spec.ts';
import {
  calledName,
  type Node,
  nodes,
  recordFields,
  variableFields,
  walk,
} from './expression/ast.ts';

/** A field with the place of the first expression that reads it. */
export interface ReadField {
  name: string;
  at: Place;
  /** Fields of the first of those that could have had it, without those that are read beside it. */
  among?: readonly string[];
}

/** A list over whose elements expressions run. */
export interface ListPlace {
  expression: string;
  path: Path;
  /** What is known of the elements, where they went through steps of their own. */
  elements?: Shape;
}

/** Sees the records of one payload before their expressions run, and the elements of their lists. */
export interface RecordWatch {
  see(record: FlowRecord): void;
  seeElements(list: Path, elements: readonly { value: unknown }[]): void;
  neverSeen(): ReadField[];
}

/** What is looked at: the record before a step, what it was read as, or the elements of a list. */
const RECORD = 'record';
const SOURCE = 'source';

/** Fields that are asked for, so that they may be missing: by `$exists`, or alone before a `?`. */
export class AskedFields {
  readonly #names = new Set<string>();

  see(ast: Node): void {
    for (const node of walk(ast)) {
      const asked =
        calledName(node) === 'exists'
          ? nodes(node.arguments)
          : node.type === 'condition'
            ? [node.condition as Node].filter(({ type }) => type === 'path')
            : [];
      for (const part of asked) {
        const names = ['source', 'parent'].flatMap((variable) => variableFields(part, variable));
        for (const name of [...namesIn(part), ...names]) this.#names.add(name);
      }
    }
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }
}

/** What the expressions of one step read that comes with the payload and not of a step. */
export class StepReads {
  readonly #fields = new Map<string, Map<string, Place>>();

  see(ast: Node, list: ListPlace | undefined, shape: Shape, at: Place): void {
    this.#add(SOURCE, variableFields(ast, 'source'), at);
    const outer = list ? variableFields(ast, 'parent') : namesIn(ast);
    if (shape.others !== 'none') {
      this.#add(
        RECORD,
        outer.filter((name) => !shape.fields.has(name)),
        at,
      );
    }
    if (!list) return;
    const { elements } = list;
    const names = elements
      ? namesIn(ast).filter((name) => elements.others !== 'none' && !elements.fields.has(name))
      : shape.lists.has(list.expression)
        ? []
        : namesIn(ast);
    this.#add(subjectOf(list.path), names, at);
  }

  /** For one payload. */
  watch(): FieldWatch {
    return new FieldWatch(this.#fields);
  }

  #add(subject: string, names: readonly string[], at: Place): void {
    if (names.length === 0) return;
    const fields = this.#fields.get(subject) ?? new Map<string, Place>();
    this.#fields.set(subject, fields);
    for (const name of names) if (!fields.has(name)) fields.set(name, at);
  }
}

/** Looks at each record only for what none before it had. */
export class FieldWatch implements RecordWatch {
  readonly #open = new Map<string, ReadField[]>();
  /** By what was looked at, the fields of the first. */
  readonly #met = new Map<string, readonly string[]>();
  readonly #all: ReadonlyMap<string, ReadonlyMap<string, Place>>;

  constructor(fields: ReadonlyMap<string, ReadonlyMap<string, Place>>) {
    this.#all = fields;
    for (const [subject, names] of fields) {
      this.#open.set(
        subject,
        Array.from(names, ([name, at]) => ({ name, at })),
      );
    }
  }

  /** A record that is bad says nothing of the others. */
  see({ value, source, faults }: FlowRecord): void {
    if (this.#open.size === 0 || faults) return;
    this.#look(RECORD, value);
    this.#look(SOURCE, source);
  }

  seeElements(list: Path, elements: readonly { value: unknown }[]): void {
    if (this.#open.size === 0) return;
    const subject = subjectOf(list);
    for (const { value } of elements) {
      if (!this.#open.has(subject)) return;
      this.#look(subject, value);
    }
  }

  /** Where there was nothing to have a field, none is missing. */
  neverSeen(): ReadField[] {
    return [...this.#open].flatMap(([subject, fields]) => {
      const among = this.#met.get(subject)?.filter((name) => !this.#all.get(subject)?.has(name));
      return among ? fields.map((field) => ({ ...field, among })) : [];
    });
  }

  #look(subject: string, value: unknown): void {
    const fields = this.#open.get(subject);
    if (!fields || !isObject(value)) return;
    if (!this.#met.has(subject)) this.#met.set(subject, Object.keys(value));
    for (let index = fields.length - 1; index >= 0; index -= 1) {
      if (Object.hasOwn(value, fields[index]!.name)) fields.splice(index, 1);
    }
    if (fields.length === 0) this.#open.delete(subject);
  }
}

const namesIn = (ast: Node): string[] => recordFields(ast).map(({ name }) => name);

const subjectOf = (list: Path): string => list.join('/');
