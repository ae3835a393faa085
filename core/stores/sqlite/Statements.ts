/** Prepared statements by their text, so that lists with any combination of filters prepare once. */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { parseStored } from '../../parseStored.ts';

/** A row as node:sqlite gives it; columns are as `schema.ts` declares them. */
export type Row = Record<string, unknown>;

export class Statements {
  readonly #database: DatabaseSync;
  readonly #prepared = { rows: new Map(), exact: new Map(), arrays: new Map() } as const;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** `exact` gives integers as bigint; without it those beyond 2⁵³ are an error. */
  all(sql: string, values: SQLInputValue[], exact = false): Row[] {
    return this.#statement(sql, exact ? 'exact' : 'rows').all(...values);
  }

  get(sql: string, values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql, 'rows').get(...values);
  }

  /** Rows whose columns have the names and types of the fields. */
  rows<Fields>(sql: string, values: SQLInputValue[], exact = false): Fields[] {
    return this.all(sql, values, exact).map((row) => ({ ...row }) as Fields);
  }

  /** The only column of each row. */
  column<Value = string>(sql: string, values: SQLInputValue[] = []): Value[] {
    return this.arrays(sql, values).map(([value]) => value as Value);
  }

  /** Each row an array of its columns, for what is read by the thousand. */
  arrays(sql: string, values: SQLInputValue[]): unknown[][] {
    return this.#statement(sql, 'arrays').all(...values) as unknown as unknown[][];
  }

  /** One after another; whoever needs no more may stop. Not within itself. */
  eachArray(sql: string, values: SQLInputValue[]): Iterable<unknown[]> {
    return this.#statement(sql, 'arrays').iterate(...values) as unknown as Iterable<unknown[]>;
  }

  /** How many rows it changed. */
  run(sql: string, values: SQLInputValue[] = []): number {
    return Number(this.#statement(sql, 'rows').run(...values).changes);
  }

  /**
   * A row of a table by its fields: columns are named like them in snake case, lists and objects are JSON text,
   * and what is undefined is NULL. Where its key is taken, as `clash` says. How many rows changed.
   */
  insert(table: string, fields: object, clash: 'fail' | 'keep' | 'replace' = 'fail'): number {
    const said = Object.entries(fields).filter(([, value]) => value !== undefined);
    const columns = said.map(([field]) => field.replace(CAPITAL, '_$&').toLowerCase());
    const how = clash === 'replace' ? 'INSERT OR REPLACE' : 'INSERT';
    const end = clash === 'keep' ? 'ON CONFLICT DO NOTHING' : '';
    const marks = Array(said.length).fill('?');
    const sql = `${how} INTO ${table} (${columns}) VALUES (${marks}) ${end}`;
    return this.run(
      sql,
      said.map(([, value]) => (typeof value === 'object' ? JSON.stringify(value) : value)),
    );
  }

  #statement(sql: string, gives: 'rows' | 'exact' | 'arrays'): StatementSync {
    const known: StatementSync | undefined = this.#prepared[gives].get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    statement.setReadBigInts(gives === 'exact');
    statement.setReturnArrays(gives === 'arrays');
    this.#prepared[gives].set(sql, statement);
    return statement;
  }
}

const CAPITAL = /[A-Z]/g;
const SEPARATED = /_(.)/g;

/** The fields that a row was inserted by; `texts` are those that lie there as JSON text. */
export function fieldsOf<Fields>(row: Row, ...texts: (keyof Fields)[]): Fields {
  const fields: Row = {};
  const [key] = Object.values(row);
  for (const [column, value] of Object.entries(row)) {
    const field = column.replace(SEPARATED, (_, letter: string) => letter.toUpperCase());
    if (value === null) continue;
    const isText = texts.includes(field as keyof Fields);
    fields[field] = isText ? parseStored(`${column} of ${key}`, value as string) : value;
  }
  return fields as Fields;
}

/** Statements of one text each, by names of their own, for what is run row by row. */
export function prepared<Name extends string>(database: DatabaseSync, texts: Record<Name, string>) {
  const made = Object.entries<string>(texts).map(([name, sql]) => [name, database.prepare(sql)]);
  return Object.fromEntries(made) as Readonly<Record<Name, StatementSync>>;
}

/** Conditions of a WHERE that are joined by AND, with their values in order. */
export class Conditions {
  readonly #parts: string[] = [];
  readonly values: SQLInputValue[] = [];

  /** Left out when a value is undefined. */
  add(sql: string, ...values: (SQLInputValue | undefined)[]): this {
    if (values.includes(undefined)) return this;
    this.#parts.push(sql);
    this.values.push(...(values as SQLInputValue[]));
    return this;
  }

  toString(): string {
    return this.#parts.length === 0 ? '1' : this.#parts.join(' AND ');
  }
}
