/** Where in a flow the identifiers of its messages are made. */
import type { Shape } from '../ports.ts';
import type { Path } from '../spec.ts';
import type { MessageShape } from './messageShape.ts';
import type { InputPlace } from './stepInputs.ts';

/** Places that fill a field of that name, from the first step on of which something is left after the last. */
export class IdentifierPlaces {
  /** As maps name them: `sku`, `lines.sku`. */
  readonly #names = new Set<string>();
  readonly #firstStep: number;

  constructor(made: Shape, shapes: readonly MessageShape[]) {
    for (const { document, lines, lists } of shapes) {
      this.#add(document, '');
      if (lines) this.#add(lines.fields, '');
      for (const list of lines ? [lines, ...lists] : lists) this.#add(list.fields, `${list.name}.`);
    }
    const places = [made.fields, ...made.lists.values()].flatMap((fields) => [...fields.values()]);
    this.#firstStep =
      made.others === 'none' ? Math.min(...places.map((place) => stepOf(place ?? []))) : 0;
  }

  has({ path, field, finds = [] }: InputPlace): boolean {
    if (stepOf(path) < this.#firstStep) return false;
    return (field === undefined ? finds : [field, ...finds]).some((name) => this.#names.has(name));
  }

  #add(fields: MessageShape['document'], prefix: string): void {
    for (const { name, identifier } of fields) if (identifier) this.#names.add(prefix + name);
  }
}

const stepOf = ([, step]: Path): number => (typeof step === 'number' ? step : 0);
