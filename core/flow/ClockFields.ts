/** Fields of a record that hold the time of the hub, through however many steps. */
import type { Shape } from '../ports.ts';
import type { FaultSink, Path } from '../spec.ts';
import { type FieldPath, fieldPaths, type Node, walk } from './expression/ast.ts';
import type { ListPlace } from './FieldWatch.ts';
import { isReceived } from './payloadFields.ts';

type Fields = Pick<Shape, 'fields' | 'lists' | 'others'>;

/** An expression that gives the time, and the fields that are found by its value. */
interface ClockPlace {
  path: Path;
  finds: readonly string[];
}

/** Where an expression stands. */
interface ReadPlace {
  path: Path;
  list?: ListPlace | undefined;
  finds?: readonly string[] | undefined;
}

/** Follows a flow into stock: what decides by such a field decides otherwise at every replay. */
export class ClockFields {
  /** Where the time is given, by the clock itself or by a field that holds it. */
  readonly #places: ClockPlace[] = [];
  /** As messages name what gives it. */
  #name = '$payload.received';
  readonly #records = new Map<string, Shape>();
  readonly #elementsOf = new Set<Path>();

  /** What is known of records after a step. */
  follow({ records = [], elementsOf = [] }: Shape): void {
    for (const { at, shape } of records) this.#records.set(keyOf(at), shape);
    for (const at of elementsOf) this.#elementsOf.add(at);
  }

  /** Takes note of an expression of a step over records of that shape, or over elements of a list of theirs. */
  see(ast: Node, { path, list, finds = [] }: ReadPlace, shape: Shape): void {
    const read = fieldPaths(ast, list ? 'parent' : undefined);
    const reads =
      this.#among(read, shape) ?? (list?.elements && this.#among(fieldPaths(ast), list.elements));
    if (!callsClock(ast) && !reads) return;
    this.#places.push({ path, finds });
    if (Array.from(walk(ast)).some(isNow)) this.#name = '$now';
  }

  /** A test over records of that shape, or over elements of a list of theirs. */
  refuseTest(ast: Node, { path, list }: ReadPlace, shape: Shape, report: FaultSink): void {
    this.#refuse(fieldPaths(ast, list ? 'parent' : undefined), path, shape, report);
    if (list?.elements) this.#refuse(fieldPaths(ast), path, list.elements, report);
  }

  /**
   * The key reads the mapped record as `$record`, and once the steps have split a record what they read:
   * then any field that one of them gave.
   */
  refuseKey(
    ast: Node,
    path: Path,
    { shape, given }: { shape: Shape; given: Shape['fields'] },
    report: FaultSink,
  ): void {
    this.#refuse(fieldPaths(ast, 'record'), path, shape, report);
    if (shape.whole) return;
    const read: Fields = { fields: given, lists: new Map(), others: 'unknown' };
    this.#refuse(fieldPaths(ast), path, read, report);
  }

  #refuse(read: readonly FieldPath[], path: Path, shape: Fields, report: FaultSink): void {
    const names = this.#among(read, shape);
    if (names === undefined) return;
    const message = `'${names.join('.')}' is made of '${this.#name}', which gives another time at every replay`;
    report({ path, code: 'FLOW_CHANGES_ON_REPLAY', message });
  }

  #among(read: readonly FieldPath[], shape: Fields): FieldPath | undefined {
    return read.find((names) => this.#isClock(names, shape));
  }

  /** Of what is read whole, any part. */
  #isClock([name, ...inside]: FieldPath, { fields, lists, others }: Fields): boolean {
    const given = name === undefined ? undefined : fields.get(name);
    if (name === undefined || !given) {
      return (
        name !== undefined && others === 'unknown' && !fields.has(name) && this.#isOfElements()
      );
    }
    const record = this.#records.get(keyOf(given));
    if (record) return this.#isClockIn(record, inside);
    if (this.#gives(name, given)) return true;
    const elements = lists.get(name) ?? new Map<string, Path | undefined>();
    return [...elements].some(([field, place]) => place && this.#gives(field, place));
  }

  #isClockIn(record: Shape, inside: FieldPath): boolean {
    if (inside.length > 0) return this.#isClock(inside, record);
    return [...record.fields.keys()].some((field) => this.#isClock([field], record));
  }

  #isOfElements(): boolean {
    return [...this.#elementsOf].some((list) =>
      this.#places.some(({ path }) => isWithin(path, list)),
    );
  }

  #gives(name: string, given: Path): boolean {
    return this.#places.some(
      ({ path, finds }) =>
        isWithin(path, given) || (finds.includes(name) && isWithin(given, path.slice(0, -1))),
    );
  }
}

const callsClock = (ast: Node): boolean => Array.from(walk(ast)).some(isClock);

/** `$now`, or when the payload came in. */
export const isClock = (node: Node): boolean => isNow(node) || isReceived(node);

const isNow = ({ type, value }: Node): boolean => type === 'variable' && value === 'now';

const keyOf = (place: Path): string => place.join('/');

/** Whether `place` is `outer`, or stands inside of it. */
const isWithin = (place: Path, outer: Path): boolean =>
  outer.every((step, index) => place[index] === step);
