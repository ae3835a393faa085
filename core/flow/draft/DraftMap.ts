/** The map of a draft, and the key: what is known of a message against what a sample has. */
import type { FieldShape, MessageShape } from '../messageShape.ts';
import { guessMark, type Mark, ownMark } from './decimalMark.ts';
import { draftKey } from './draftKey.ts';
import { namesOfFields, plainName, wordsOf } from './fieldNames.ts';
import { guessDate } from './guessDate.ts';
import { isLevel } from './guessType.ts';
import { leaveSalesPrice } from './leaveSalesPrice.ts';
import { type Match, type Matches, matchFields } from './matchFields.ts';
import { ownName, type SampleField, type SampleShape } from './sampleFields.ts';
import { yamlText } from './yamlText.ts';

export interface DraftedMap {
  map: string[];
  key: string;
  /** The field that says who the record is. */
  name: string;
  group: boolean;
  /** Whether the sample names an item or a quantity. */
  namesGoods: boolean;
  open: string[];
  unused: string[];
}

export interface SampleFormat {
  isCsv: boolean;
  isSemicolon: boolean;
  /** What its records are called, and what they stand in. */
  called: readonly string[];
}

/** Fields that a message may need and a sample may not have, with what stands in for them. */
const standIns: Readonly<Record<string, string>> = { location: 'MAIN', party: 'customer' };

/** Master data and orders come again when they have changed, under the number that they have. */
const isVersioned = (type: string): boolean => type.includes('.upsert.');

/** Values that are shown of a field. */
const SHOWN = 2;

export class DraftMap {
  readonly #message: MessageShape;
  readonly #sample: SampleShape;
  readonly #isCsv: boolean;
  readonly #called: readonly string[];
  readonly #name: string;
  readonly #ofDocument: Matches;
  readonly #ofLines: Matches;
  readonly #mark: Mark | undefined;
  readonly #isMixed: boolean;
  readonly #open: string[] = [];

  constructor(
    message: MessageShape,
    sample: SampleShape,
    { isCsv, isSemicolon, called }: SampleFormat,
  ) {
    this.#message = message;
    this.#sample = sample;
    this.#isCsv = isCsv;
    const { document, documentRequired, lines } = message;
    this.#called = called;
    this.#name = documentRequired[0] ?? 'document';
    const record = { field: this.#name, called };
    const required = new Set([...documentRequired, ...(lines?.required ?? [])]);
    const lineFields = (lines?.fields ?? []).filter(({ name }) => isKnown(name));
    const documentFields = document.filter(({ name }) => isKnown(name));
    const lineOnly = lineFields.filter(({ name }) => !message.documentNames.has(name));
    this.#ofLines = sample.lines
      ? matchFields(lineFields, sample.lines.fields, required, { field: '', called })
      : new Map();
    const rest = lineOnly.filter(
      ({ name }) => !this.#ofLines.has(name) && (!sample.lines || !isOwn(name)),
    );
    const targets = [...documentFields, ...rest];
    const fields = message.type === 'stock.count.v1' ? asOfNow(sample.fields) : sample.fields;
    this.#ofDocument = matchFields(targets, fields, required, record);
    this.#takeAttributes();
    for (const matches of [this.#ofLines, this.#ofDocument])
      this.#open.push(...leaveSalesPrice(message.type, matches));
    const taken = [...this.#all()].flatMap(([name, { field }]) =>
      this.#fieldOf(name)?.decimal ? [field] : [],
    );
    const others = [...sample.fields, ...(sample.lines?.fields ?? [])];
    const guess = guessMark(taken, others, isCsv, isSemicolon ? ',' : '.');
    this.#mark = guess.mark;
    this.#isMixed = guess.open?.includes('both') ?? false;
    if (guess.open !== undefined) this.#open.push(guess.open);
  }

  done(): DraftedMap {
    const group = this.#isGrouped();
    const { key, document, open } = draftKey({
      name: this.#name,
      matches: this.#ofDocument,
      isGrouped: group,
      isVersioned: this.#isVersioned(),
    });
    this.#open.push(...open);
    const map = this.#map(document);
    this.#decideLines();
    this.#decideQuantity();
    const used = new Set([...this.#all()].map(([, { field }]) => field));
    const all = [...this.#sample.fields, ...(this.#sample.lines?.fields ?? [])];
    const unused = all.filter((field) => !used.has(field)).map(({ path }) => path.join('.'));
    return {
      map,
      key,
      name: this.#name,
      group,
      namesGoods: [...this.#all()].some(([name]) => name === 'sku' || name === 'quantity'),
      open: this.#open,
      unused: [...unused, ...this.#sample.lists],
    };
  }

  /** A count of one item has no number but that of the item, whatever it is called. */
  #isVersioned(): boolean {
    const { type } = this.#message;
    const isOfItem = type === 'stock.count.v1' && !this.#sample.lines;
    return isVersioned(type) || (isOfItem && this.#ofDocument.get(this.#name)?.isSaid === false);
  }

  *#all(): Iterable<[string, Match]> {
    yield* this.#ofDocument;
    yield* this.#ofLines;
  }

  #fieldOf(name: string): FieldShape | undefined {
    const { document, lines } = this.#message;
    return [...document, ...(lines?.fields ?? [])].find((field) => field.name === name);
  }

  /** A unit or a currency that an element names beside its number. */
  #takeAttributes(): void {
    for (const [of, name] of [
      ['quantity', 'unit'],
      ['unitCost', 'currency'],
    ] as const) {
      for (const matches of [this.#ofLines, this.#ofDocument]) {
        const attribute = matches
          .get(of)
          ?.field.attributes.find((one) =>
            namesOfFields[name]!.includes(plainName(ownName(one).replace('@', ''))),
          );
        const isHere = matches === this.#ofLines ? this.#message.lines?.names.has(name) : true;
        if (!attribute || !isHere || !this.#fieldOf(name) || matches.has(name)) continue;
        matches.set(name, { field: attribute, isSaid: true, others: [] });
      }
    }
  }

  /** `document` stands for its number where the sample has none. */
  #map(document: string | undefined): string[] {
    const { documentRequired, lines } = this.#message;
    const map: string[] = [];
    const ofLines: string[] = [];
    const constants: string[] = [];
    const required = new Set([...documentRequired, ...(lines?.needed ? lines.required : [])]);
    for (const name of new Set([...required, ...this.#ofDocument.keys()])) {
      const match = this.#ofDocument.get(name);
      if (match) map.push(`${name}: ${yamlText(this.#expression(name, match))}`);
      else if (this.#ofLines.has(name)) continue;
      else if (name === this.#name && document !== undefined)
        map.push(`${name}: ${yamlText(document)}`);
      else if (name !== this.#name && (standIns[name] !== undefined || name === 'kind')) {
        const value = standIns[name] ?? this.#kind();
        constants.push(`${name}: ${value}`);
        this.#open.push(`${name}: the sample does not say it; '${value}' stands for it`);
      } else {
        const isOfLine = this.#ofLines.size > 0 && isOwn(name) && lines?.names.has(name);
        const missing = `${name}: ${yamlText(this.#missing(name, isOfLine === true))}`;
        (isOfLine ? ofLines : map).push(missing);
      }
    }
    if (this.#ofLines.size > 0) {
      map.push('lines:', `  each: ${yamlText(this.#sample.lines!.expression)}`, '  map:');
      for (const [name, match] of this.#ofLines)
        map.push(`    ${name}: ${yamlText(this.#expression(name, match))}`);
      map.push(...ofLines.map((line) => `    ${line}`));
    }
    if (constants.length > 0) map.push(`const: { ${constants.join(', ')} }`);
    return map;
  }

  /** Of an order, what its name or its partner says. */
  #kind(): string {
    const names = [...this.#called, ...this.#sample.fields.map(ownName)].flatMap(wordsOf);
    const isBought = names.some((word) =>
      /^(purchase\w*|po|vendors?|suppliers?|bestell\w*)$/.test(word),
    );
    return isBought ? 'purchase' : 'sale';
  }

  /** What the books cannot do without: a record that lacks it is parked until its author decides. */
  #missing(name: string, isOfLine: boolean): string {
    if (name === 'line') {
      this.#open.push('line: the sample numbers no lines; their place stands for it');
      return isOfLine ? '$string($index + 1)' : '$string($row)';
    }
    if (this.#fieldOf(name)?.instant === true && name === 'at') {
      this.#open.push('at: the sample has no date; the time at which it comes in stands for it');
      return '$payload.received';
    }
    this.#open.push(
      `${name}: the sample does not say it, and the message needs it; until the flow says it, all records are parked`,
    );
    return `$error("the flow does not say yet what ${name} is")`;
  }

  #expression(name: string, { field, isSaid, others }: Match): string {
    const { expression } = field;
    const target = this.#fieldOf(name);
    if (!isSaid || others.length > 0) {
      const or = others.length > 0 ? `, or is it ${others.slice(0, SHOWN).join(' or ')}?` : '';
      const why = isSaid ? '' : ' by its name alone';
      this.#open.push(`${name}: ${expression} (${shown(field)})${why}${or}`);
    }
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
    const mark = this.#markFor(field);
    return mark === undefined ? `$decimal(${expression})` : `$decimal(${expression}, "${mark}")`;
  }

  /** One for all numbers that are text; the point needs no saying where only rows write groups. */
  #markFor(field: SampleField): Mark | undefined {
    if (field.isNumber) return undefined;
    const mark = (this.#isMixed ? ownMark(field) : undefined) ?? this.#mark;
    const isSaid = this.#isCsv || mark === ',' || field.values.some((text) => text.includes(','));
    return isSaid ? mark : undefined;
  }

  #decideLines(): void {
    const { lines } = this.#sample;
    if (!lines || this.#ofLines.size === 0) return;
    if (lines.isOnce)
      this.#open.push(
        `lines: ${lines.expression} comes once in each record, and is read as a list that may have more`,
      );
    if (lines.others.length > 0)
      this.#open.push(
        `lines: ${lines.expression}, or is it ${lines.others.slice(0, SHOWN).join(', ')}?`,
      );
  }

  #decideQuantity(): void {
    const { type, lines, document } = this.#message;
    const quantity = this.#ofLines.get('quantity') ?? this.#ofDocument.get('quantity');
    if (!quantity) return;
    const { field } = quantity;
    if (isLevel(field) && type !== 'stock.count.v1')
      this.#open.push(
        `quantity: '${ownName(field)}' reads as what there is, which ${type} adds or takes; stock.count.v1 sets it`,
      );
    const unit = this.#ofLines.get('unit') ?? this.#ofDocument.get('unit');
    if (unit) {
      const said = `unit: as the sender writes it (${shown(unit.field)})`;
      this.#open.push(`${said}; where items are counted otherwise, see $uom`);
    } else if ([...document, ...(lines?.fields ?? [])].some(({ name }) => name === 'unit')) {
      this.#open.push('unit: the sample names none; quantities count in the unit of each item');
    }
  }

  /** Rows that have one number of a document, where nothing else holds them together. */
  #isGrouped(): boolean {
    if (!this.#message.lines || this.#sample.lines) return false;
    const values = this.#ofDocument.get(this.#name)?.field.values ?? [];
    return new Set(values).size < values.length;
  }
}

/** What there is was so when it last changed, and not when somebody first wrote it down. */
function asOfNow(fields: readonly SampleField[]): readonly SampleField[] {
  const has = (field: SampleField, pattern: RegExp): boolean =>
    wordsOf(ownName(field)).some((word) => pattern.test(word));
  if (!fields.some((field) => has(field, /^(updated?|changed?|modified)$/))) return fields;
  return fields.filter((field) => !has(field, /^(created?|creation)$/));
}

const isKnown = (name: string): boolean => Object.hasOwn(namesOfFields, name);

/** What says of one line what it is: where there are lines, it is no field beside them. */
const isOwn = (name: string): boolean =>
  ['sku', 'line', 'quantity', 'unit', 'unitCost'].includes(name);

const shown = ({ values }: SampleField): string =>
  [...new Set(values)]
    .slice(0, SHOWN)
    .map((value) => `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`)
    .join(', ');
