/** Records as a Parquet file, a group of rows at a time. */
import type { RecordValue, TypedFacts } from '../../ports.ts';
import { fieldOf, refuseUnknown, unionOfFields } from '../tableColumns.ts';
import { type ColumnType, cellOf, elementOf } from './parquetColumns.ts';

export interface ParquetWrite {
  columns: Record<string, ColumnType> | undefined;
}

/** Rows, and characters of them, that are held until they are written as one group. */
const GROUP_ROWS = 10_000;
const GROUP_CHARACTERS = 8 * 1024 * 1024;

type Library = typeof import('hyparquet-writer');

export async function* writeParquet(
  options: ParquetWrite,
  pages: AsyncIterable<readonly RecordValue[]> | Iterable<readonly RecordValue[]>,
  fields: readonly string[] = [],
  { kinds = {} }: TypedFacts = {},
): AsyncGenerator<Uint8Array> {
  const library = await import('hyparquet-writer');
  const typeOf = (name: string): ColumnType => options.columns?.[name] ?? kinds[name] ?? 'text';
  let file: ParquetFile | undefined;
  for await (const records of pages) {
    if (records.length === 0) continue;
    file ??= new ParquetFile(library, options.columns, unionOfFields(records), typeOf);
    for (const record of records) file.add(record);
    if (file.isFull) yield file.group();
  }
  file ??= new ParquetFile(library, options.columns, fields, typeOf);
  yield file.end();
}

class ParquetFile {
  readonly #bytes: InstanceType<Library['ByteWriter']>;
  readonly #parquet: InstanceType<Library['ParquetWriter']>;
  readonly #names: readonly string[];
  readonly #types: readonly ColumnType[];
  /** Whether there may be fields that are not written. */
  readonly #isChosen: boolean;
  #cells: unknown[][];
  #rows = 0;
  #characters = 0;

  constructor(
    { ByteWriter, ParquetWriter }: Library,
    columns: ParquetWrite['columns'],
    fields: readonly string[],
    typeOf: (name: string) => ColumnType,
  ) {
    this.#isChosen = columns !== undefined;
    this.#names = columns ? Object.keys(columns) : fields;
    this.#types = this.#names.map(typeOf);
    this.#cells = this.#names.map(() => []);
    const leaves = this.#names.map((name, column) => elementOf(name, this.#types[column]!));
    const schema = [{ name: 'root', num_children: leaves.length }, ...leaves];
    this.#bytes = new ByteWriter();
    this.#parquet = new ParquetWriter({
      ...{ writer: this.#bytes, createdBy: 'Stockbus' },
      schema: schema as ConstructorParameters<typeof ParquetWriter>[0]['schema'],
    });
  }

  get isFull(): boolean {
    return this.#rows >= GROUP_ROWS || this.#characters >= GROUP_CHARACTERS;
  }

  add(record: RecordValue): void {
    if (!this.#isChosen) refuseUnknown(record, this.#names, 'parquet');
    for (const [column, name] of this.#names.entries()) {
      const cell = cellOf(fieldOf(record, name), name, this.#types[column]!);
      this.#cells[column]!.push(cell);
      this.#characters += typeof cell === 'string' ? cell.length : 8;
    }
    this.#rows += 1;
  }

  /** What was added, as a group of rows. */
  group(): Uint8Array {
    if (this.#rows > 0) {
      const columnData = this.#names.map((name, column) => ({ name, data: this.#cells[column]! }));
      this.#parquet.write({ columnData, rowGroupSize: this.#rows });
    }
    this.#cells = this.#names.map(() => []);
    this.#rows = 0;
    this.#characters = 0;
    return this.#taken();
  }

  end(): Uint8Array {
    const group = this.group();
    this.#parquet.finish();
    return Buffer.concat([group, this.#taken()]);
  }

  #taken(): Uint8Array {
    const bytes = this.#bytes.getBytes().slice();
    this.#bytes.index = 0;
    return bytes;
  }
}
