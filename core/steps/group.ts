import { readIdentifier } from '../identifier.ts';
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
    'Makes one document of all records of the payload with the same `by`, wherever they stand. It stands after `map`: the fields that the target knows in its lines are gathered into `lines`, the others belong to the document and must agree. A document is booked whole or not at all: one bad record parks all records of its document, and a payload that cannot be read to its end is refused. A row that cannot be read may belong to the document before it or after it, so both are parked; where rows of documents stand apart it may belong to any, and the payload is refused. Steps and routes after it may read of `$source` only what all rows agree in (`GROUP_DIFFERS`). A line that comes twice, its line number included, is a fault (`LINE_REPEATED`).',
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
  notInLists: 'it gathers records of the whole payload',
  examples: ['group: { by: document }', 'group: { by: document, differ: first }'],
  shape: groupedShape,
  inputs: ({ by }, { path }) => ({ by: { expression: by, path: [...path, 'by'] } }),
  make({ differ }, place) {
    refuseWithoutLines(place);
    const { target } = place;
    const fields = { ...target, first: differ === 'first' };
    return () => new Grouping((by) => new OpenDocument(by, fields));
  },
};

export function refuseWithoutLines({ target, path, report }: StepPlace): void {
  if (target.line.size > 0) return;
  report({
    path,
    onKey: true,
    code: 'CONFIG_BAD_VALUE',
    message: "'group' makes documents with lines, and the target of this flow has none",
    todo: 'remove the step',
  });
}

/** What only lines know goes there; what both know may be in either. */
export function groupedShape(_options: unknown, before: Shape, { path, target }: StepPlace): Shape {
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
  return { ...before, fields, lists, gathered: true };
}

/** Records that have lines themselves, of which nobody says what they have. */
const isUnknownList = ({ fields, lists }: Shape): boolean =>
  fields.has('lines') && !lists.has('lines');

/**
 * Gives out parts of documents: neighbours with the same `by`. A bad record whose `by` is known spoils
 * that document. One that is torn may belong to a neighbour, whatever it names: when the next record
 * belongs to the document before it, it stood inside and spoils it; between two it spoils both.
 */
class Grouping implements Step {
  readonly seesFaults = true;
  readonly #begin: (by: string) => OpenDocument;
  #open: OpenDocument | undefined;
  /** Torn records since the last row of the open document, with what they have for a `by`. */
  #waiting: { record: FlowRecord; by: string | undefined }[] = [];
  /** The first of them, also where they were given out already. */
  #doubt: FlowRecord | undefined;

  constructor(begin: (by: string) => OpenDocument) {
    this.#begin = begin;
  }

  push(record: FlowRecord, values: RecordValue, emit: Emit): void {
    const by = keyText(values.by, record);
    if (by === undefined || record.torn) {
      record.torn = true;
      this.#doubt ??= record;
      this.#waiting.push({ record, by });
      if (this.#waiting.length > limits.documentLines) this.#release(emit);
      return;
    }
    if (by === this.#open?.by) {
      if (this.#waiting.length > 0) {
        this.#takeIn(this.#open, (named) => named === undefined || named === by, emit);
        this.#release(emit);
      }
    } else {
      this.#close(emit, by);
      this.#open = this.#begin(by);
      this.#takeIn(this.#open, () => true, emit);
    }
    this.#open.add(record, emit);
    if (this.#doubt) this.#open.doubt(this.#doubt);
    this.#doubt = undefined;
  }

  flush(emit: Emit): void {
    this.#close(emit);
    this.#open = undefined;
  }

  /** Torn records that name the document after it wait for that one. */
  #close(emit: Emit, next?: string): void {
    if (this.#open) {
      const { by } = this.#open;
      this.#takeIn(this.#open, (named) => named === by, emit);
      if (this.#doubt) this.#open.doubt(this.#doubt);
      this.#open.close(emit);
    }
    this.#release(emit, next);
  }

  #takeIn(document: OpenDocument, belongs: (by: string | undefined) => boolean, emit: Emit): void {
    if (this.#waiting.length === 0) return;
    for (const { record, by } of this.#waiting) if (belongs(by)) document.add(record, emit);
    this.#waiting = this.#waiting.filter(({ by }) => !belongs(by));
  }

  join(parts: readonly FlowRecord[]): FlowRecord[] {
    const joined: FlowRecord[] = [];
    const emit: Emit = (record) => {
      joined.push(record);
    };
    const document = this.#begin(parts[0]!.by!);
    for (const part of parts) document.add(part, emit);
    document.close(emit);
    return joined;
  }

  /** Each is bad for itself, and spoils the document that it names. */
  #release(emit: Emit, next?: string): void {
    if (this.#waiting.length === 0) return;
    for (const { record, by } of this.#waiting) {
      if (by === undefined) emit(record);
      if (by === undefined || by === next) continue;
      const alone = this.#begin(by);
      alone.add(record, emit);
      alone.close(emit);
    }
    this.#waiting = this.#waiting.filter(({ by }) => by !== undefined && by === next);
  }
}

/** Text of `by`; undefined only for a record that has faults. */
function keyText(value: unknown, record: FlowRecord): string | undefined {
  if (isStructure(value)) {
    record.faults ??= [noText(value, "the 'by' of the group").fault];
    return undefined;
  }
  const text = value === undefined || value === null ? '' : asText(value);
  // Trimmed and composed as the names of documents are; one that is refused there is refused there.
  const name = readIdentifier(text);
  if (name === '') {
    record.faults ??= [{ code: 'KEY_EMPTY', message: "the 'by' of the group is empty" }];
    return undefined;
  }
  return typeof name === 'string' ? name : text;
}
