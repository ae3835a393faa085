import { type Fault, faultOf } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Emit, Expression, FlowRecord, Step, StepSpec } from '../ports.ts';
import { choice, expression, optional, record as recordOf } from '../spec.ts';
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
  compile(options, tools, path) {
    const { evaluate } = tools.expression(options.by, [...path, 'by']);
    if (tools.target.line.size === 0) {
      tools.report({
        path,
        onKey: true,
        code: 'CONFIG_BAD_VALUE',
        message: "'group' makes documents with lines, and the target of this flow has none",
        todo: 'remove the step',
      });
    }
    const fields = { ...tools.target, first: options.differ === 'first' };
    return () => new Grouping(evaluate, (by) => new OpenDocument(by, fields));
  },
};

/**
 * A bad record whose `by` is known spoils that document. One whose `by` is not known waits: when the
 * next good record belongs to the document before it, it stood inside and spoils it.
 */
class Grouping implements Step {
  readonly seesFaults = true;
  readonly #by: Expression;
  readonly #begin: (by: string) => OpenDocument;
  #open: OpenDocument | undefined;
  #waiting: { record: FlowRecord; by: string | undefined }[] = [];

  constructor(by: Expression, begin: (by: string) => OpenDocument) {
    this.#by = by;
    this.#begin = begin;
  }

  push(record: FlowRecord, emit: Emit): void | Promise<void> {
    const by = this.#keyOf(record);
    if (by instanceof Promise) return by.then((key) => this.#take(record, key, emit));
    this.#take(record, by, emit);
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

  /** Text of `by`; undefined only for a record that has faults. */
  #keyOf(record: FlowRecord): string | undefined | Promise<string | undefined> {
    try {
      const value = this.#by(record);
      if (!(value instanceof Promise)) return keyText(value, record);
      return value.then(
        (result) => keyText(result, record),
        (error) => spoil(record, faultOf(error)),
      );
    } catch (error) {
      return spoil(record, faultOf(error));
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

function spoil(record: FlowRecord, fault: Fault): undefined {
  record.faults ??= [fault];
  return undefined;
}

function keyText(value: unknown, record: FlowRecord): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  if (value === undefined || value === null || value === '') {
    return spoil(record, { code: 'KEY_EMPTY', message: "the 'by' of the group is empty" });
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
