/** Fields of a record that hold the time of the hub, or what the world answered, through however many steps. */
import type { AnsweredField, Shape } from '../ports.ts';
import type { FaultSink, Path } from '../spec.ts';
import { type FieldPath, fieldPaths, type Node, walk } from './expression/ast.ts';
import { givenAsTheyAre } from './expression/givenAsTheyAre.ts';
import { isReceived } from './payloadFields.ts';
import type { InputPlace } from './stepInputs.ts';

type Fields = Pick<Shape, 'fields' | 'lists' | 'others'>;

/** What another time gives something else. */
interface Giver {
  of: 'clock' | 'answer';
  /** As messages name it. */
  name: string;
  /** The books answered it. */
  ofBooks: boolean;
  /** It is the date of a document, the time at which the payload came in, of which nothing was told. */
  isReceived: boolean;
}

/** An expression that gives it, and the fields that are found by its value. */
interface ClockPlace extends Giver {
  path: Path;
  finds: readonly string[];
}

/** Where an expression stands. */
type ReadPlace = Pick<InputPlace, 'path' | 'list' | 'field' | 'finds'>;
type Report = FaultSink | undefined;

/** A field that is read, and what it was made of. */
interface Found {
  names: FieldPath;
  giver: Giver;
}

/** Follows a flow into stock: what decides by such a field decides otherwise at every replay. */
export class ClockFields {
  /** Where it is given, by the clock or the step itself or by a field that holds it. */
  readonly #places: ClockPlace[] = [];
  readonly #records = new Map<string, Shape>();
  readonly #elementsOf = new Set<Path>();

  /** What is known of records after a step. */
  follow({ records = [], elementsOf = [], answers = [] }: Shape): void {
    for (const { at: path, field: name, ofBooks, ofClock } of answers) {
      if (this.#places.some((one) => one.name === name && keyOf(one.path) === keyOf(path)))
        continue;
      const of = ofClock ? 'clock' : 'answer';
      const isReceived = ofClock === 'received';
      this.#places.push({ of, name, ofBooks, path, isReceived, finds: [] });
    }
    for (const { at, shape } of records) this.#records.set(keyOf(at), shape);
    for (const at of elementsOf) this.#elementsOf.add(at);
  }

  /**
   * Takes note of an expression of a step over records of that shape, or over elements of a list of theirs.
   * A date that is the time at which the payload came in is told where a later step makes something else of it.
   */
  see(ast: Node, place: ReadPlace, shape: Shape, report: Report): void {
    const { path, list, finds = [] } = place;
    const read = this.#among(fieldPaths(ast, list ? 'parent' : undefined), shape);
    const ofElement = list?.elements ? this.#among(fieldPaths(ast), list.elements) : [];
    const givers = [...clockIn(ast), ...[...read, ...ofElement].map(({ giver }) => giver)];
    if (givers.length === 0) return;
    const isDate = !this.#tellChanged(ast, place, shape, report) && isDatePath(path);
    for (const { of, name, ofBooks } of givers) {
      const isReceived = isDate && of === 'clock' && name === RECEIVED;
      this.#places.push({ of, name, ofBooks, isReceived, path, finds });
    }
  }

  #tellChanged(
    ast: Node,
    { path, list, field, finds = [] }: ReadPlace,
    shape: Shape,
    report: Report,
  ): boolean {
    const asItIs = isDatePath(path) ? givenAsTheyAre(ast) : undefined;
    const read = fieldPaths(ast, list ? 'parent' : undefined, asItIs);
    const changed = this.#among(read, shape).find(({ giver }) => giver.isReceived);
    if (changed && (field !== undefined || finds.length > 0)) {
      const message = `what is made of '${changed.names.join('.')}', the time at which the payload came in, is another at every replay`;
      report?.({ path, code: 'FLOW_CLOCK_IN_DOCUMENT', message });
    }
    return changed !== undefined;
  }

  /**
   * A test over records of that shape, or over elements of a list of theirs: what was asked may decide whether
   * one goes on.
   */
  refuseTest(ast: Node, { path, list }: ReadPlace, shape: Shape, report: FaultSink): void {
    const read = fieldPaths(ast, list ? 'parent' : undefined);
    this.#refuse(read, path, shape, report, ['clock']);
    if (list?.elements) this.#refuse(fieldPaths(ast), path, list.elements, report, ['clock']);
  }

  /** What chooses among targets that have keys of their own, or says how many messages there are: otherwise answered, other ones are booked. */
  refuseChoice(ast: Node, path: Path, shape: Shape, report: FaultSink): void {
    this.#refuse(fieldPaths(ast), path, shape, report);
  }

  /** Tells which of those fields the books have said something of. */
  tellBooks({ fields, lists }: Shape, report: FaultSink): void {
    for (const [name, given] of fields) {
      const found = given && this.#givers([name], { fields, lists, others: 'none' });
      const books = found?.find(({ ofBooks }) => ofBooks);
      if (!books) continue;
      const message = `'${name}' is made of '${books.name}', which the books answer otherwise once something is booked`;
      report({ path: given!, onKey: true, code: 'FLOW_BOOKS_IN_DOCUMENT', message });
    }
  }

  /** What of a record is an answer, or the time of the hub, for a flow that takes it over: by its field. */
  givenIn(shape: Shape): ReadonlyMap<string, readonly Omit<AnsweredField, 'at'>[]> {
    return new Map(
      Array.from(shape.fields.keys(), (field) => [
        field,
        this.#givers([field], shape).map(({ of, name, ofBooks, isReceived }) => ({
          field: name,
          ofBooks,
          ...(of === 'clock'
            ? { ofClock: isReceived ? ('received' as const) : (true as const) }
            : {}),
        })),
      ]),
    );
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

  #refuse(
    read: readonly FieldPath[],
    path: Path,
    shape: Fields,
    report: FaultSink,
    refused: readonly Giver['of'][] = ['clock', 'answer'],
  ): void {
    const found = this.#among(read, shape).find(({ giver }) => refused.includes(giver.of));
    if (!found) return;
    const { names, giver } = found;
    const why = giver.of === 'clock' ? 'gives another time' : 'may be answered otherwise';
    const message = `'${names.join('.')}' is made of '${giver.name}', which ${why} at every replay`;
    report({ path, code: 'FLOW_CHANGES_ON_REPLAY', message });
  }

  #among(read: readonly FieldPath[], shape: Fields): Found[] {
    if (this.#places.length === 0) return [];
    return read.flatMap((names) => this.#givers(names, shape).map((giver) => ({ names, giver })));
  }

  /** What gives it. Of what is read whole, any part. */
  #givers([name, ...inside]: FieldPath, { fields, lists, others }: Fields): readonly Giver[] {
    const given = name === undefined ? undefined : fields.get(name);
    if (name === undefined || !given) {
      const isOfElements = name !== undefined && others === 'unknown' && !fields.has(name);
      return isOfElements ? this.#ofElements() : [];
    }
    const record = this.#records.get(keyOf(given));
    if (record) return [...this.#answersAt(given), ...this.#giversIn(record, inside)];
    const own = this.#giving(name, given);
    if (own.length > 0) return own;
    const elements = lists.get(name) ?? new Map<string, Path | undefined>();
    return [...elements].flatMap(([field, place]) => (place ? this.#giving(field, place) : []));
  }

  #giversIn(record: Shape, inside: FieldPath): readonly Giver[] {
    if (inside.length > 0) return this.#givers(inside, record);
    return [...record.fields.keys()].flatMap((field) => this.#givers([field], record));
  }

  #answersAt(place: Path): Giver[] {
    return this.#places.filter(({ of, path }) => of === 'answer' && keyOf(path) === keyOf(place));
  }

  #ofElements(): Giver[] {
    return this.#places.filter(({ path }) =>
      [...this.#elementsOf].some((list) => isWithin(path, list)),
    );
  }

  #giving(name: string, given: Path): Giver[] {
    return this.#places.filter(
      ({ path, finds }) =>
        isWithin(path, given) || (finds.includes(name) && isWithin(given, path.slice(0, -1))),
    );
  }
}

function clockIn(ast: Node): Giver[] {
  const found = Array.from(walk(ast)).filter(isClock);
  if (found.length === 0) return [];
  const name = found.some(isNow) ? '$now' : RECEIVED;
  return [{ of: 'clock', name, ofBooks: false, isReceived: false }];
}

const RECEIVED = '$payload.received';

/** `at` in the map of a step or of a target. */
export const isDatePath = (path: Path): boolean => path.length === 4 && path[3] === 'at';
/** `$now`, or when the payload came in. */
export const isClock = (node: Node): boolean => isNow(node) || isReceived(node);

const isNow = ({ type, value }: Node): boolean => type === 'variable' && value === 'now';

const keyOf = (place: Path): string => place.join('/');

/** Whether `place` is `outer`, or stands inside of it. */
const isWithin = (place: Path, outer: Path): boolean =>
  outer.every((step, index) => place[index] === step);
