/** A flow for a sample, as far as the sample says it: for its author to go on with. */

import type { CommandType } from '../../message.ts';
import type { JsonSchema } from '../../spec.ts';
import { type FieldShape, type MessageShape, messageShape } from '../messageShape.ts';
import { namesOfFields, plainName, wordsOfMessages } from './fieldNames.ts';
import { guessDate, guessMark } from './guessValue.ts';
import { type Matches, matchFields } from './matchFields.ts';
import type { Sample } from './readSample.ts';
import { type SampleField, type SampleShape, sampleShape } from './sampleFields.ts';

export interface DraftOrder {
  /** Of the flow. */
  name: string;
  sampleName: string;
  /** As a flow says it: `{ folder: inbox, pattern: "x-*.csv" }`. */
  from: string;
  /** Left out: what the names say. */
  type?: CommandType;
}

export interface FlowDraft {
  yaml: string;
  /** What the sample does not say, for its author to decide. */
  open: string[];
}

export function draftFlow(
  order: DraftOrder,
  { read, records }: Sample,
  schemas: Readonly<Record<string, JsonSchema>>,
): FlowDraft {
  const shape = sampleShape(records);
  const type = order.type ?? guessType(order, shape);
  const drafting = new Drafting(messageShape(type, schemas[type]!), shape);
  const { map, key, group, open, unused } = drafting.done();
  const [codec, options] = Object.entries(read)[0]!;
  const said = Object.entries(options).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const lines = [
    `flow: ${order.name}`,
    `about: Makes ${type} of what comes as ${order.sampleName.replaceAll(/[:#]/g, '_')}.`,
    `from: ${order.from}`,
    said.length === 0 ? `read: ${codec}` : `read: { ${codec}: { ${said.join(', ')} } }`,
    'steps:',
    '  - map:',
    ...map.map((line) => `      ${line}`),
    ...(unused.length > 0 ? [`  # Of the sample not used: ${unused.join(', ')}`] : []),
    ...(group
      ? ['  # Rows of one document are booked together.', '  - group: { by: document }']
      : []),
    `key: ${yamlText(key)}`,
    `to: ${type}`,
  ];
  return { yaml: `${lines.join('\n')}\n`, open };
}

function guessType({ name, sampleName }: DraftOrder, { fields, lines }: SampleShape): CommandType {
  const names = [...fields, ...(lines?.fields ?? [])].map((field) => plainName(field.name));
  const texts = [plainName(`${name} ${sampleName}`), ...names];
  for (const text of texts) {
    const found = wordsOfMessages.find(([, words]) => words.test(text));
    if (found) return found[0];
  }
  return 'stock.receive.v1';
}

/** Fields that a message may need and a sample may not have, with what stands in for them. */
const standIns: Readonly<Record<string, string>> = { location: 'MAIN', party: 'customer' };

class Drafting {
  readonly #message: MessageShape;
  readonly #sample: SampleShape;
  readonly #ofDocument: Matches;
  readonly #ofLines: Matches;
  readonly #open: string[] = [];

  constructor(message: MessageShape, sample: SampleShape) {
    this.#message = message;
    this.#sample = sample;
    const { document, lines } = message;
    const lineFields = (lines?.fields ?? []).filter(({ name }) => isKnown(name));
    const documentFields = document.filter(({ name }) => isKnown(name));
    const lineOnly = lineFields.filter(({ name }) => !message.documentNames.has(name));
    this.#ofLines = sample.lines ? matchFields(lineFields, sample.lines.fields) : new Map();
    const rest = lineOnly.filter(({ name }) => !this.#ofLines.has(name));
    this.#ofDocument = matchFields([...documentFields, ...rest], sample.fields);
  }

  done(): { map: string[]; key: string; group: boolean; open: string[]; unused: string[] } {
    const group = this.#isGrouped();
    const key = this.#key();
    const map = this.#map();
    const used = new Set([...this.#ofDocument.values(), ...this.#ofLines.values()]);
    const all = [...this.#sample.fields, ...(this.#sample.lines?.fields ?? [])];
    const unused = all.filter((field) => !used.has(field)).map(({ name }) => name);
    return { map, key, group, open: this.#open, unused };
  }

  #fieldOf(name: string): FieldShape | undefined {
    const { document, lines } = this.#message;
    return [...document, ...(lines?.fields ?? [])].find((field) => field.name === name);
  }

  #map(): string[] {
    const { documentRequired, lines } = this.#message;
    const map: string[] = [];
    const constants: string[] = [];
    const add = (name: string, field: SampleField): void => {
      map.push(`${name}: ${yamlText(this.#expression(name, field))}`);
    };
    const required = new Set([...documentRequired, ...(lines?.needed ? lines.required : [])]);
    for (const name of new Set([...required, ...this.#ofDocument.keys()])) {
      const field = this.#ofDocument.get(name);
      if (field) add(name, field);
      else if (this.#ofLines.has(name)) continue;
      else if (name === 'document') map.push(`document: ${yamlText(this.#joined('-'))}`);
      else if (standIns[name] !== undefined) {
        constants.push(`${name}: ${standIns[name]}`);
        this.#open.push(`${name}: the sample does not say it; '${standIns[name]}' stands for it`);
      } else {
        map.push(`# ${name}: the sample does not say it`);
        this.#open.push(`${name}: the sample does not say it, and the message needs it`);
      }
    }
    if (this.#ofLines.size > 0) {
      map.push('lines:', `  each: ${yamlText(this.#sample.lines!.expression)}`, '  map:');
      for (const [name, field] of this.#ofLines)
        map.push(`    ${name}: ${yamlText(this.#expression(name, field))}`);
    }
    if (constants.length > 0) map.push(`const: { ${constants.join(', ')} }`);
    return map;
  }

  #expression(name: string, field: SampleField): string {
    const { expression } = field;
    const target = this.#fieldOf(name);
    if (target?.date) {
      const guess = guessDate(field);
      if (guess?.other !== undefined)
        this.#open.push(`${name}: '${guess.pattern}', or is it '${guess.other}'?`);
      const call = target.instant ? '$date' : '$day';
      return guess?.pattern === undefined
        ? `${call}(${expression})`
        : `${call}(${expression}, "${guess.pattern}")`;
    }
    if (!target?.decimal) return expression;
    const mark = guessMark(field);
    return mark === 'plain' ? `$decimal(${expression})` : `$decimal(${expression}, "${mark}")`;
  }

  /** Rows that have one number of a document, where nothing else holds them together. */
  #isGrouped(): boolean {
    const document = this.#ofDocument.get('document');
    if (!document || !this.#message.lines || this.#sample.lines) return false;
    return new Set(document.values).size < document.values.length;
  }

  #key(): string {
    const document = this.#ofDocument.get('document');
    if (document) return document.expression;
    this.#open.push('key: the sample has no number of a document; it is made of other fields');
    return this.#joined('/');
  }

  /** Of what tells records apart, where they have no number. */
  #joined(mark: string): string {
    const parts = ['location', 'sku', 'at'].flatMap((name) => this.#ofDocument.get(name) ?? []);
    const all = parts.map(({ expression }) => expression);
    return all.length === 0 ? '$row' : all.join(` & "${mark}" & `);
  }
}

const isKnown = (name: string): boolean => Object.hasOwn(namesOfFields, name);

/** An expression as YAML takes it for one text. */
const yamlText = (text: string): string =>
  /: | #|^[`@"'&*!|>%[{]|[:#]$/.test(text) ? `'${text.replaceAll("'", "''")}'` : text;
