import { limits } from '../limits.ts';
import type { Emit, FlowRecord, RecordValue, Shape, Step, StepPlace, StepSpec } from '../ports.ts';
import { choice, expression, optional, record as recordOf } from '../spec.ts';
import { asText, isStructure, noText } from './asText.ts';
import { OpenDocument } from './openDocument.ts';

interface GroupOptions {
  by: string;
  differ: 'park' | 'first';
}

export const group: StepSpec<GroupOptions> = {
  name: 'group',
  about:
    'Makes one document of neighbouring records with the same `by`. It stands after `map`: the fields that the target knows in its lines are gathered into `lines`, the others belong to the document and must agree. A bad record spoils its whole document.',
  options: recordOf('How records belong together.', {
    by: expression('What records of one document have in common, such as `document`.'),
    differ: optional(
      choice(
        'When they disagree in a field of the document: park the document, or take the first.',
        ['park', 'first'],
      ),
      'park',
    ),
  }),
  examples: ['group: { by: document }', 'group: { by: document, differ: first }'],
  shape: groupedShape,
  inputs: ({ by }, { path }) => ({ by: { expression: by, path: [...path, 'by'] } }),
  make({ differ }, { target, path, report }) {
    if (target.line.size === 0) {
      report({
        path,
        onKey: true,
        code: 'CONFIG_BAD_VALUE',
        message: "'group' makes documents with lines, and the target of this flow has none",
        todo: 'remove the step',
      });
    }
    const fields = { ...target, first: differ === 'first' };
    return () => new Grouping((by) => new OpenDocument(by, fields));
  },
};

/** What only lines know goes there; what both know may be in either. */
function groupedShape(_options: GroupOptions, before: Shape, { path, target }: StepPlace): Shape {
  const fields = new Map(before.fields);
  const line = new Map(before.lists.get('lines'));
  for (const [name, place] of before.fields) {
    if (!target.line.has(name)) continue;
    line.set(name, place);
    if (!target.shared.has(name)) fields.delete(name);
  }
  const known = before.others === 'none' && !isUnknownList(before);
  fields.set('lines', before.fields.get('lines') ?? path);
  const lists = new Map(before.lists);
  if (known) lists.set('lines', line);
  else lists.delete('lines');
  return { ...before, fields, lists };
}

/** Records that have lines themselves, of which nobody says what they have. */
const isUnknownList = ({ fields, lists }: Shape): boolean =>
  fields.has('lines') && !lists.has('lines');

/**
 * A bad record whose `by` is known spoils that document. One whose `by` is not known waits: when the
 * next good record belongs to the document before it, it stood inside and spoils it.
 */
class Grouping implements Step {
  readonly seesFaults = true;
  readonly #begin: (by: string) => OpenDocument;
  #open: OpenDocument | undefined;
  #waiting: { record: FlowRecord; by: string | undefined }[] = [];

  constructor(begin: (by: string) => OpenDocument) {
    this.#begin = begin;
  }

  push(record: FlowRecord, values: RecordValue, emit: Emit): void {
    this.#take(record, keyText(values.by, record), emit);
  }

  flush(emit: Emit): void {
    this.#close(emit);
    this.#release(emit);
  }

  #take(record: FlowRecord, by: string | undefined, emit: Emit): void {
    if (this.#open !== undefined && by === this.#open.by) {
      for (const waiting of this.#waiting) this.#open.add(waiting.record, emit);
      this.#waiting = [];
      this.#open.add(record, emit);
    } else if (record.faults) {
      this.#waiting.push({ record, by });
      if (this.#waiting.length > limits.documentLines) this.#release(emit);
    } else {
      this.#close(emit);
      this.#open = this.#begin(by!);
      const own = this.#waiting.filter((waiting) => waiting.by === by);
      this.#waiting = this.#waiting.filter((waiting) => waiting.by !== by);
      this.#release(emit);
      for (const waiting of own) this.#open.add(waiting.record, emit);
      this.#open.add(record, emit);
    }
  }

  #close(emit: Emit): void {
    this.#open?.close(emit);
    this.#open = undefined;
  }

  #release(emit: Emit): void {
    for (const { record } of this.#waiting) emit(record);
    this.#waiting = [];
  }
}

/** Text of `by`; undefined only for a record that has faults. */
function keyText(value: unknown, record: FlowRecord): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  if (value === undefined || value === null || value === '') {
    record.faults ??= [{ code: 'KEY_EMPTY', message: "the 'by' of the group is empty" }];
    return undefined;
  }
  if (!isStructure(value)) return asText(value);
  record.faults ??= [noText(value, "the 'by' of the group").fault];
  return undefined;
}
