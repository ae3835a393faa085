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
import {
  checked,
  choice,
  expression,
  isObject,
  optional,
  type Path,
  record as recordOf,
  text,
} from '../spec.ts';
import { expressionOr, type WithExpression } from './expressionOr.ts';
import { listOf } from './listOf.ts';
import { partQuantities, wholeQuantity } from './partQuantities.ts';

interface SplitOptions {
  path: string;
  parent?: string | undefined;
  quantity?: string | undefined;
  sum?: string | undefined;
  missing: 'park' | 'keep' | 'drop';
}

type Options = SplitOptions & WithExpression;

const options = recordOf(
  'The list, a name for the record around it, and what its parts add up to.',
  {
    path: expression('The list to split by, such as `order.items`.'),
    parent: optional(
      text('Field under which the whole record around the element is kept, instead of its fields.'),
    ),
    quantity: optional(
      expression(
        'How much a part is, over the element, with `$parent` for the record around it. It fills the field `quantity` of the part.',
      ),
    ),
    sum: optional(
      expression(
        'What the quantities of all parts must add up to, exactly, over the record around them; or it is parked (`SPLIT_SUM_DIFFERS`). One part may say none: it has what the others leave.',
      ),
    ),
    missing: optional(
      choice(
        'When there is no such list: park the record, keep it as the only part, with all of the sum, or drop it. With `keep`, an empty list is none.',
        ['park', 'keep', 'drop'],
      ),
      'park',
    ),
  },
);

export const split: StepSpec<Options> = {
  name: 'split',
  about:
    'Makes one record of each element of a list. Alone, an element takes the fields of the record around it as well; one that has a field of the same name is parked, since it would hide it. With `parent` it has its own fields alone, and the record around it under that name. `key` reads what the steps read.',
  options: checked(
    expressionOr<SplitOptions>('path', options, (path) => ({ path, missing: 'park' })),
    ({ quantity, sum }) =>
      sum !== undefined && quantity === undefined
        ? "'sum' needs 'quantity', which says how much each part is"
        : undefined,
  ),
  examples: [
    'split: order.items',
    'split: { path: items, parent: order }',
    'split: { path: lots, parent: line, quantity: qty, sum: delivered, missing: keep }',
  ],
  shape: partShape,
  inputs({ path, at, quantity, sum }, place) {
    const expression = { expression: path, path: [...place.path, ...at] };
    if (quantity === undefined) return { list: expression };
    const field = 'quantity';
    const part = { expression: quantity, path: [...place.path, field] };
    return {
      list: expression,
      parts: { each: expression, of: { [field]: part }, field: path, mayLack: false },
      ...(sum === undefined ? {} : { sum: { expression: sum, path: [...place.path, 'sum'] } }),
    };
  },
  make: (options) => () => ({
    push(record, values, emit) {
      emitParts(record, values, options, emit);
    },
  }),
};

/** Elements bring fields that nobody knows here, unless a step made the list. */
function partShape(
  { path, parent, at, quantity }: Options,
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
  const own: [string, Path][] =
    quantity === undefined ? [] : [['quantity', [...place.path, 'quantity']]];
  const { records = [], elementsOf = [] } = before;
  const closed = element !== undefined && (before.others === 'none' || parent !== undefined);
  return {
    of: 'the record after split',
    others: closed ? 'none' : 'unknown',
    fields: new Map([...around, ...(element ?? []), ...own]),
    lists: parent === undefined ? before.lists : new Map(),
    records: parent === undefined ? records : [...records, { at: place.path, shape: before }],
    elementsOf: element ? elementsOf : [...elementsOf, list],
    madeAt: closed ? place.path : before.madeAt,
    whole: false,
    ...(before.gathered ? { gathered: true } : {}),
  };
}

/** A list that is there but empty makes no record; one that is not there is a fault. */
function emitParts(record: FlowRecord, values: RecordValue, options: Options, emit: Emit): void {
  const { path, parent } = options;
  const elements = listOf(values.list);
  if (elements.length === 0) {
    emitWhole(record, values, options, emit);
    return;
  }
  const quantities =
    options.quantity === undefined ? [] : partQuantities(values.parts, values.sum, options);
  const members = record.members ?? [memberOf(record)];
  if (elements.length > 1) for (const member of members) member.shared = true;
  const around = aroundOf(record, parent);
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
    if (quantities[index] !== undefined) value.quantity = quantities[index];
    const part = partOf(record, value, members);
    // They are counted once, with the first part.
    if (index > 0 && part.droppedElements) part.droppedElements = 0;
    emit(part);
  }
}

function emitWhole(record: FlowRecord, values: RecordValue, options: Options, emit: Emit): void {
  const { path, parent, sum, missing } = options;
  if (missing === 'keep') {
    const value = { ...aroundOf(record, parent), ...wholeQuantity(values.sum, options) };
    emit(partOf(record, value, record.members ?? [memberOf(record)]));
  } else if (missing === 'park') {
    if (!Array.isArray(values.list))
      throw new StockbusError('RECORD_INVALID', `there is nothing to split at '${path}'`);
    if (sum !== undefined) partQuantities([], values.sum, options);
  }
}

const aroundOf = ({ value }: FlowRecord, parent: string | undefined): RecordValue =>
  parent === undefined ? value : { [parent]: value };

/** `$source` of an element of a list stays that of the record which has the list. */
const partOf = (record: FlowRecord, value: RecordValue, members: SourceRecord[]): FlowRecord => ({
  ...record,
  value,
  source: record.index === undefined ? value : record.source,
  members,
});

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
