/** A document that is being gathered from its rows. */
import type { Fault } from '../errors.ts';
import { readIdentifier } from '../identifier.ts';
import { limits } from '../limits.ts';
import type { Emit, FlowRecord, RecordValue, SourceRecord } from '../ports.ts';
import { isObject } from '../spec.ts';
import { asText, isStructure } from './asText.ts';
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
  #told: Fault[] = [];
  #firstGood: FlowRecord | undefined;
  #first: FlowRecord | undefined;
  #droppedElements = 0;
  #tooLong = false;
  #torn = false;

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
    this.#torn ||= record.torn === true;
    this.#droppedElements += record.droppedElements ?? 0;
    if (record.members) this.#members.push(...record.members);
    else this.#members.push(memberOf(record));
    if (record.told) this.#told.push(...record.told.map((hint) => placed(hint, record)));
    if (record.faults) this.#faults.push(...record.faults.map((fault) => placed(fault, record)));
    else this.#gather(record);
    if (this.#lines.length > limits.documentLines || this.#members.length > limits.documentLines) {
      this.#faults.push(this.#tooLongFault());
      this.close(emit);
      this.#tooLong = true;
    }
  }

  /** A record that cannot be read stands beside this document, and may be of it. */
  doubt(record: FlowRecord): void {
    const message = `record ${record.record} cannot be read and may be a row of document ${this.by}, beside which it stands`;
    this.#faults.push(placed({ code: 'GROUP_BROKEN', message }, record));
  }

  /** Gives out the document, once. */
  close(emit: Emit): void {
    if (this.#tooLong || !this.#first) return;
    const { source, record, line } = this.#first;
    const { by } = this;
    const whole: FlowRecord = { value: this.#value(), source, record, members: this.#members, by };
    if (this.#torn) whole.torn = true;
    if (this.#droppedElements > 0) whole.droppedElements = this.#droppedElements;
    if (this.#told.length > 0) whole.told = this.#told;
    if (line !== undefined) whole.line = line;
    if (this.#faults.length > 0) whole.faults = this.#allFaults();
    emit(whole);
    this.#members = [];
    this.#lines = [];
  }

  #gather(record: FlowRecord): void {
    this.#firstGood ??= record;
    const value = record.value;
    const { lines } = value;
    const line: RecordValue = {};
    for (const name in value) {
      if (name === 'lines' && Array.isArray(lines)) continue;
      if (this.#fields.line.has(name)) line[name] = value[name];
      else this.#agree(name, value[name], record);
    }
    if (!Array.isArray(lines)) this.#lines.push(line);
    // What only lines know, beside lines, holds for each that does not have its own.
    else for (const one of lines) this.#lines.push(isObject(one) ? { ...line, ...one } : one);
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
      !isSameText(before, value)
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

  /** At the end why its good rows are not booked either; a part of it may have said so already. */
  #allFaults(): Fault[] {
    const own = this.#faults.filter((fault) => fault.code !== 'GROUP_BROKEN');
    const said = this.#faults.find((fault) => fault.code === 'GROUP_BROKEN');
    if (said) return [...own, said];
    const bad = own.find((fault) => fault.code !== 'GROUP_DIFFERS');
    if (!bad || !this.#firstGood) return own;
    const message = `record ${bad.at?.record ?? '?'} of document ${this.by} is bad: ${bad.message}`;
    return [...own, placed({ code: 'GROUP_BROKEN', message }, this.#firstGood)];
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

/**
 * Names that only differ in blanks at their ends are the same, as they are in the books; so are a number
 * and its text, of which JSON may have either in each row.
 */
export function isSameText(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (isStructure(one) || isStructure(other)) return JSON.stringify(one) === JSON.stringify(other);
  const name = readIdentifier(asText(one));
  return typeof name === 'string' && name === readIdentifier(asText(other));
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 60);
}
