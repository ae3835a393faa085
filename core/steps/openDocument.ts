/** A document that is being gathered from its rows. */
import type { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Emit, FlowRecord, RecordValue, SourceRecord } from '../ports.ts';
import { memberOf } from './split.ts';

export interface DocumentFields {
  /** Fields that lines of the target know, and those of them that mean the same in its document. */
  line: ReadonlySet<string>;
  shared: ReadonlySet<string>;
  /** Where rows disagree, the first of them is right. */
  first: boolean;
}

/** Disagreements that are reported for one document; more say nothing new. */
const FAULTS_SHOWN = 20;

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

export class OpenDocument {
  readonly by: string;
  readonly #fields: DocumentFields;
  readonly #head: RecordValue = {};
  #lines: unknown[] = [];
  #members: SourceRecord[] = [];
  #faults: Fault[] = [];
  #firstGood: FlowRecord | undefined;
  #first: FlowRecord | undefined;
  #tooLong = false;

  constructor(by: string, fields: DocumentFields) {
    this.by = by;
    this.#fields = fields;
  }

  add(record: FlowRecord, emit: Emit): void {
    if (this.#tooLong) {
      record.faults ??= [this.#tooLongFault()];
      emit(record);
      return;
    }
    this.#first ??= record;
    if (record.members) this.#members.push(...record.members);
    else this.#members.push(memberOf(record));
    if (record.faults) this.#faults.push(...record.faults.map((fault) => placed(fault, record)));
    else this.#gather(record);
    if (this.#lines.length > limits.documentLines || this.#members.length > limits.documentLines) {
      this.#faults.push(this.#tooLongFault());
      this.close(emit);
      this.#tooLong = true;
    }
  }

  /** Gives out the document, once. */
  close(emit: Emit): void {
    if (this.#tooLong || !this.#first) return;
    const { source, record, line } = this.#first;
    const whole: FlowRecord = { value: this.#value(), source, record, members: this.#members };
    if (line !== undefined) whole.line = line;
    if (this.#faults.length > 0) whole.faults = this.#allFaults();
    emit(whole);
    this.#members = [];
    this.#lines = [];
  }

  #gather(record: FlowRecord): void {
    this.#firstGood ??= record;
    const value = record.value;
    const line: RecordValue = {};
    for (const name in value) {
      if (name === 'lines' && Array.isArray(value.lines)) this.#lines.push(...value.lines);
      else if (this.#fields.line.has(name)) line[name] = value[name];
      else this.#agree(name, value[name], record);
    }
    if (!Array.isArray(value.lines)) this.#lines.push(line);
  }

  /** A row that leaves a field of the document empty agrees with any. */
  #agree(name: string, value: unknown, record: FlowRecord): void {
    const before = this.#head[name];
    if (before === value || isEmpty(value)) return;
    if (isEmpty(before)) {
      this.#head[name] = value;
    } else if (
      !this.#fields.first &&
      this.#faults.length < FAULTS_SHOWN &&
      JSON.stringify(before) !== JSON.stringify(value)
    ) {
      const message = `'${name}' is ${show(before)} in one row of document ${this.by} and ${show(value)} in another`;
      this.#faults.push(placed({ code: 'GROUP_DIFFERS', message, at: { field: name } }, record));
    }
  }

  /** A field that may stand in both goes to the document when all lines agree in it. */
  #value(): RecordValue {
    const value = { ...this.#head };
    const lines = this.#lines as RecordValue[];
    for (const name of this.#fields.shared) {
      const common = lines[0]?.[name];
      if (isEmpty(common)) continue;
      if (!lines.every((line) => line[name] === common)) continue;
      value[name] = common;
      for (const line of lines) delete line[name];
    }
    value.lines = lines;
    return value;
  }

  #allFaults(): Fault[] {
    const bad = this.#faults.find((fault) => fault.code !== 'GROUP_DIFFERS');
    if (!bad || !this.#firstGood) return this.#faults;
    const message = `record ${bad.at?.record ?? '?'} of document ${this.by} is bad: ${bad.message}`;
    return [...this.#faults, placed({ code: 'GROUP_BROKEN', message }, this.#firstGood)];
  }

  #tooLongFault(): Fault {
    const message = `document ${this.by} has more than ${limits.documentLines} lines`;
    return { code: 'PAYLOAD_TOO_LARGE', message };
  }
}

function placed(fault: Fault, record: FlowRecord): Fault {
  const line = record.line === undefined ? {} : { line: record.line };
  return { ...fault, at: { record: record.record, ...line, ...fault.at } };
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 60);
}
