import { StockbusError } from '../errors.ts';
import type {
  Emit,
  FlowRecord,
  RecordValue,
  Shape,
  SourceRecord,
  StepPlace,
  StepSpec,
} from '../ports.ts';
import { expression, isObject, optional, record as recordOf, text } from '../spec.ts';
import { expressionOr, type WithExpression } from './expressionOr.ts';
import { listOf } from './listOf.ts';

interface SplitOptions {
  path: string;
  parent?: string | undefined;
}

export const split: StepSpec<SplitOptions & WithExpression> = {
  name: 'split',
  about:
    'Makes one record of each element of a list. Alone, an element takes the fields of the record around it as well; one that has a field of the same name is parked, since it would hide it. With `parent` it has its own fields alone, and the record around it under that name. `key` reads what the steps read.',
  options: expressionOr<SplitOptions>(
    'path',
    recordOf('The list and a name for the record around it.', {
      path: expression('The list to split by, such as `order.items`.'),
      parent: optional(
        text(
          'Field under which the whole record around the element is kept, instead of its fields.',
        ),
      ),
    }),
    (path) => ({ path }),
  ),
  examples: ['split: order.items', 'split: { path: items, parent: order }'],
  shape: partShape,
  inputs: ({ path, at }, place) => ({ list: { expression: path, path: [...place.path, ...at] } }),
  make: (options) => () => ({
    push(record, { list }, emit) {
      emitParts(record, list, options, emit);
    },
  }),
};

/** Elements bring fields that nobody knows here, unless a step made the list. */
function partShape(
  { path, parent, at }: SplitOptions & WithExpression,
  before: Shape,
  place: StepPlace,
): Shape {
  const element = before.lists.get(path);
  const list = [...place.path, ...at];
  const around = parent === undefined ? before.fields : new Map([[parent, place.path]]);
  for (const name of element?.keys() ?? []) {
    if (around.has(name)) {
      const message = hides(`an element of '${path}'`, name, parent);
      place.report({ path: list, code: 'SPLIT_HIDES', message });
    }
  }
  const { records = [], elementsOf = [] } = before;
  const closed = element !== undefined && (before.others === 'none' || parent !== undefined);
  return {
    of: 'the record after split',
    others: closed ? 'none' : 'unknown',
    fields: new Map([...around, ...(element ?? [])]),
    lists: parent === undefined ? before.lists : new Map(),
    records: parent === undefined ? records : [...records, { at: place.path, shape: before }],
    elementsOf: element ? elementsOf : [...elementsOf, list],
    madeAt: closed ? place.path : before.madeAt,
    whole: false,
    ...(before.gathered ? { gathered: true } : {}),
  };
}

/** A list that is there but empty makes no record; one that is not there is a fault. */
function emitParts(record: FlowRecord, list: unknown, options: SplitOptions, emit: Emit): void {
  const { path, parent } = options;
  const elements = listOf(list);
  if (elements.length === 0 && !Array.isArray(list)) {
    throw new StockbusError('RECORD_INVALID', `there is nothing to split at '${path}'`);
  }
  const members = record.members ?? [memberOf(record)];
  if (elements.length > 1) for (const member of members) member.shared = true;
  const around = parent === undefined ? record.value : { [parent]: record.value };
  for (const [index, element] of elements.entries()) {
    const what = `element ${index + 1} of '${path}'`;
    if (!isObject(element)) throw new StockbusError('RECORD_INVALID', `${what} has no fields`);
    const value: RecordValue = { ...around };
    for (const name of Object.keys(element)) {
      if (Object.hasOwn(around, name)) {
        throw new StockbusError('SPLIT_HIDES', hides(what, name, parent));
      }
      value[name] = element[name];
    }
    emit({ ...record, value, source: value, members });
  }
}

const hides = (what: string, name: string, parent: string | undefined): string =>
  parent === undefined
    ? `${what} has a field '${name}', and so has the record around it`
    : `${what} has a field '${name}' itself, the name for the record around it`;

/** A record as it was read, for parking: one that could not be read with its text and its own fault. */
export function memberOf({ source: value, record, line, fault, raw }: FlowRecord): SourceRecord {
  const member: SourceRecord = { value, record };
  if (line !== undefined) member.line = line;
  if (fault) member.fault = fault;
  if (raw !== undefined) member.raw = raw;
  return member;
}
