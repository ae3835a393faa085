import type { Fault } from '../errors.ts';
import { readIdentifier } from '../identifier.ts';
import { limits } from '../limits.ts';
import type { Emit, FlowRecord, RecordValue, Shape, Step, StepPlace, StepSpec } from '../ports.ts';
import { choice, expression, namedValues, optional, record as recordOf } from '../spec.ts';
import { asText } from './asText.ts';
import { memberOf } from './split.ts';
import { Undecided } from './Undecided.ts';

interface PairOptions {
  by: string;
  into: Record<string, string>;
  missing: 'park' | 'keep';
}

export const pair: StepSpec<PairOptions> = {
  name: 'pair',
  about:
    'Makes one record of the rows that say one thing together, such as the debit and the credit of a posting, or what leaves one place and comes to another: each row goes whole under the name whose test is true of it. Rows with the same `by` belong together, wherever they stand; a record is given out as soon as each name has its row. Rows of which one is bad are parked together, and so is a row that goes under no name or under several.',
  options: recordOf('Which rows are one, and what each of them is.', {
    by: expression('What the rows of one record have in common, such as `posting`.'),
    into: namedValues(
      'Names for the rows, each with what is true of that row and no other, such as `debit: debit != "0.00"`.',
      expression('What is true of the row of that name.'),
    ),
    missing: optional(
      choice(
        'When a row does not come by the end of the payload: park the others (`PAIR_BROKEN`), or keep what is there.',
        ['park', 'keep'],
      ),
      'park',
    ),
  }),
  examples: ['pair:\n  by: posting\n  into: { debit: debit != "0.00", credit: credit != "0.00" }'],
  shape: pairShape,
  inputs: ({ by, into }, { path }) => ({
    by: { expression: by, path: [...path, 'by'] },
    ...Object.fromEntries(
      Object.entries(into).map(([name, test]) => [
        testOf(name),
        { test, path: [...path, 'into', name] },
      ]),
    ),
  }),
  make(options, { path, report }) {
    if (Object.keys(options.into).length < 2) {
      report({
        path: [...path, 'into'],
        code: 'CONFIG_BAD_VALUE',
        message: 'a record is made of two rows at least',
        todo: 'name each of them, such as { debit: …, credit: … }',
      });
    }
    return () => new Pairing(options);
  },
};

/** The input that has the test of a name. */
const testOf = (name: string): string => `into ${name}`;

/** Rows stand whole under their names. */
function pairShape({ into }: PairOptions, before: Shape, { path }: StepPlace): Shape {
  const { records = [] } = before;
  const places = Object.keys(into).map((name) => ({ name, at: [...path, 'into', name] }));
  return {
    of: 'the record after pair',
    others: 'none',
    fields: new Map(places.map(({ name, at }) => [name, at])),
    lists: new Map(),
    records: [...records, ...places.map(({ at }) => ({ at, shape: before }))],
    ...(before.elementsOf ? { elementsOf: before.elementsOf } : {}),
    madeAt: path,
    whole: before.whole,
    gathered: 'apart',
  };
}

/** A row that came of a record; one that is bad has no name. */
interface Row {
  name: string | undefined;
  record: FlowRecord;
}

class Pairing implements Step {
  readonly seesFaults = true;
  readonly #options: PairOptions;
  readonly #names: readonly string[];
  readonly #open = new Map<string, Row[]>();

  constructor(options: PairOptions) {
    this.#options = options;
    this.#names = Object.keys(options.into);
  }

  push(record: FlowRecord, values: RecordValue, emit: Emit): void {
    const by = record.torn ? '' : keyText(values.by);
    if (by === '') {
      record.faults ??= [{ code: 'KEY_EMPTY', message: "the 'by' of the pair is empty" }];
      emit(record);
      return;
    }
    const rows = this.#open.get(by) ?? [];
    const name = record.faults ? undefined : this.#nameOf(record, values);
    const isTaken = name !== undefined && rows.some((row) => row.name === name);
    if (isTaken) record.faults = [again(by, name)];
    rows.push({ name, record });
    if (rows.length < this.#names.length) this.#keep(by, rows, emit);
    else {
      this.#open.delete(by);
      emit(joined(rows));
    }
  }

  flush(emit: Emit): void {
    const { missing } = this.#options;
    for (const [by, rows] of this.#open) {
      const whole = joined(rows);
      const lacking = this.#names.filter((name) => !rows.some((row) => row.name === name));
      if (!whole.faults && missing === 'park') {
        const message = `'${by.slice(0, 60)}' has no row for ${lacking.map((name) => `'${name}'`).join(' and ')}`;
        whole.faults = [{ code: 'PAIR_BROKEN', message }];
      }
      emit(whole);
    }
    this.#open.clear();
  }

  #keep(by: string, rows: Row[], emit: Emit): void {
    if (this.#open.size < limits.documentLines || this.#open.has(by)) {
      this.#open.set(by, rows);
      return;
    }
    const message = `more than ${limits.documentLines} rows wait for the others of their record`;
    const [{ record }] = rows as [Row];
    record.faults ??= [{ code: 'PAYLOAD_TOO_LARGE', message }];
    emit(record);
  }

  /** The only name whose test is true; else the row is bad. */
  #nameOf(record: FlowRecord, values: RecordValue): string | undefined {
    for (const name of this.#names) {
      const test = values[testOf(name)];
      if (!(test instanceof Undecided)) continue;
      record.faults = [test.thrown(`whether the row is '${name}'`).fault];
      return undefined;
    }
    const fitting = this.#names.filter((name) => values[testOf(name)] === true);
    if (fitting.length === 1) return fitting[0];
    const shown = this.#names.map((name) => `'${name}'`).join(', ');
    const message = `the row is ${fitting.length === 0 ? 'none' : `${fitting.length}`} of ${shown}`;
    record.faults = [{ code: 'PAIR_BROKEN', message }];
    return undefined;
  }
}

const again = (by: string, name: string): Fault => ({
  code: 'PAIR_BROKEN',
  message: `'${by.slice(0, 60)}' has more than one row for '${name}'`,
});

function keyText(value: unknown): string {
  const text = value === undefined ? '' : asText(value, "the 'by' of the pair");
  const name = readIdentifier(text);
  return typeof name === 'string' ? name : text;
}

/** The record that rows make, at the place of the first; bad where one of them is. */
function joined(rows: readonly Row[]): FlowRecord {
  const [{ record: first }] = rows as [Row];
  const value = Object.fromEntries(
    rows.flatMap(({ name, record }) => (name === undefined ? [] : [[name, record.value]])),
  );
  const members = rows.flatMap(({ record }) => record.members ?? [memberOf(record)]);
  const whole: FlowRecord = { ...first, value, members };
  const told = rows.flatMap(({ record }) => record.told ?? []);
  const faults = rows.flatMap(({ record: { faults: own = [], record, line } }) => {
    const at = line === undefined ? { record } : { record, line };
    return own.map((fault) => ({ ...fault, at: { ...at, ...fault.at } }));
  });
  const dropped = rows.reduce((sum, { record }) => sum + (record.droppedElements ?? 0), 0);
  if (dropped > 0) whole.droppedElements = dropped;
  if (told.length > 0) whole.told = told;
  delete whole.faults;
  if (faults.length > 0) whole.faults = faults;
  return whole;
}
