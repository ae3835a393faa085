/** Fields of a record that hold the time of the hub, through however many steps. */
import type { Shape } from '../ports.ts';
import type { FaultSink, Path } from '../spec.ts';
import { type Node, recordFields, variableFields, walk } from './expression/ast.ts';

type Fields = Pick<Shape, 'fields'>;

/** Follows a flow into stock: what decides by such a field decides otherwise at every replay. */
export class ClockFields {
  /** Places of the expressions that give the time, themselves or by a field that holds it. */
  readonly #places: Path[] = [];

  /** Takes note of an expression of a step over records of that shape. */
  see(ast: Node, path: Path, shape: Shape, inner: boolean): void {
    const names = inner ? variableFields(ast, 'parent') : namesIn(ast);
    if (callsClock(ast) || this.#isAmong(names, shape) !== undefined) this.#places.push(path);
  }

  /** A test over records of that shape. */
  refuseTest(ast: Node, path: Path, shape: Shape, report: FaultSink): void {
    this.#refuse(namesIn(ast), path, shape, report);
  }

  /**
   * The key reads the mapped record as `$record`, and once the steps have split a record what they read:
   * then any field that one of them gave.
   */
  refuseKey(
    ast: Node,
    { shape, given }: { shape: Shape; given: Shape['fields'] },
    report: FaultSink,
  ): void {
    this.#refuse(variableFields(ast, 'record'), ['key'], shape, report);
    if (!shape.whole) this.#refuse(namesIn(ast), ['key'], { fields: given }, report);
  }

  #refuse(names: readonly string[], path: Path, shape: Fields, report: FaultSink): void {
    const name = this.#isAmong(names, shape);
    if (name === undefined) return;
    const message = `'${name}' is made of '$now', which gives another time at every replay`;
    report({ path, code: 'FLOW_CHANGES_ON_REPLAY', message });
  }

  #isAmong(names: readonly string[], { fields }: Fields): string | undefined {
    return names.find((name) => {
      const given = fields.get(name);
      return given !== undefined && this.#places.some((place) => isWithin(place, given));
    });
  }
}

const callsClock = (ast: Node): boolean => Array.from(walk(ast)).some(isClock);

export const isClock = ({ type, value }: Node): boolean => type === 'variable' && value === 'now';

const namesIn = (ast: Node): string[] => recordFields(ast).map(({ name }) => name);

const isWithin = (place: Path, given: Path): boolean =>
  given.every((step, index) => place[index] === step);
