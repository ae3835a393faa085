import type { SourceRecord } from '../ports.ts';
import { CsvKinds, type WholeRow } from './CsvKinds.ts';
import { type FixedRead, placeOf, placesOf } from './fixedOptions.ts';
import { type CellTrouble, cellAt, charactersOf, type FixedPlace } from './fixedPlaces.ts';
import { type MakeValue, valueMaker } from './rowValue.ts';

export interface FixedKind {
  mark: string;
  places: readonly FixedPlace[];
}

/** From the outermost in; of lines of one kind, that without a mark. */
export function fixedKinds({ fields, rows }: FixedRead): FixedKind[] {
  if (fields) return [{ mark: '', places: placesOf(fields) }];
  return (rows ?? []).flatMap((kinds) =>
    Object.entries(kinds).map(([mark, of]) => ({ mark, places: placesOf(of) })),
  );
}

export const fixedNames = (options: FixedRead): string[] =>
  fixedKinds(options).flatMap(({ places }) => places.map(({ name }) => name));

type Made = Omit<SourceRecord, 'record'>;

/** Makes records of lines. */
export class FixedRows {
  readonly #kinds: readonly FixedKind[];
  readonly #kindAt: FixedPlace | undefined;
  readonly #nested: CsvKinds | undefined;
  readonly #make: MakeValue;

  constructor(options: FixedRead) {
    this.#kinds = fixedKinds(options);
    this.#make = valueMaker(fixedNames(options));
    if (options.kind === undefined) return;
    this.#kindAt = placeOf('kind', options.kind);
    const columns = ({ mark, places }: FixedKind) => ({
      mark,
      columns: places.map(({ name }) => name),
    });
    this.#nested = new CsvKinds(this.#kinds.map(columns));
  }

  take(text: string, line: number): Made[] {
    const characters = charactersOf(text);
    const at = this.#kindAt;
    const mark = at ? String(cellAt(characters, at)) : '';
    const kind = this.#kinds.find((one) => one.mark === mark);
    const read = (kind?.places ?? []).map((place) => cellAt(characters, place));
    const trouble = read.find((cell): cell is CellTrouble => typeof cell !== 'string');
    const cells = read.map((cell) => (typeof cell === 'string' ? cell : ''));
    if (!this.#nested) return [this.#made({ cells, line, raw: () => text }, trouble)];
    const { alone, row } = this.#nested.take([mark, ...cells], line, () => text);
    const made = alone.map((one) => this.#made(one));
    if (row && 'code' in row) return [...made, bad({}, line, text, row)];
    if (row) return [...made, this.#made(row, trouble)];
    if (!trouble) return made;
    // A head with a bad number holds for nothing.
    this.lose();
    return [...made, bad({}, line, text, trouble)];
  }

  lose(): void {
    this.#nested?.lose();
  }

  /** Heads that nothing stood below. */
  end(): Made[] {
    return (this.#nested?.end() ?? []).map((one) => this.#made(one));
  }

  #made({ cells, line, raw }: WholeRow, trouble?: CellTrouble): Made {
    const value = this.#make(cells);
    return trouble ? bad(value, line, raw(), trouble) : { value, line };
  }
}

function bad(
  value: SourceRecord['value'],
  line: number,
  raw: string,
  { code, message, field }: Pick<CellTrouble, 'code' | 'message'> & { field?: string },
): Made {
  return { value, line, raw, fault: { code, message, at: field === undefined ? {} : { field } } };
}
