import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { RecordValue } from '../ports.ts';
import { ElementReader } from './ElementReader.ts';
import { localName } from './xmlNamespaces.ts';
import type { XmlRead } from './xmlOptions.ts';
import type { XmlSurroundings } from './xmlRejects.ts';
import type { RawXml } from './xmlScanner.ts';
import { attributesOf } from './xmlText.ts';

/**
 * What stands around the records, before the first of them, and is kept for them: elements whose own element
 * around them holds that record, and attributes of the root.
 */
export class XmlEnvelope {
  readonly #options: XmlRead;
  readonly #file: string;
  readonly #elements: ReadonlySet<string>;
  readonly #attributes: ReadonlySet<string>;
  readonly #strip: boolean;
  #parts: RawXml[] = [];
  /** Numbers of the elements around the first record, once that came. */
  #around: ReadonlySet<number> | undefined;
  #chars = 0;
  /** By the number of the element around them, the line from which on parts are too long to be kept. */
  readonly #tooMuch = new Map<number, number>();
  #value: RecordValue | undefined;

  constructor(options: XmlRead, file: string) {
    this.#options = options;
    this.#file = file;
    this.#strip = options.namespaces === 'strip';
    const isAttribute = (name: string): boolean => name.startsWith('@');
    this.#elements = new Set(options.envelope.filter((name) => !isAttribute(name)));
    this.#attributes = new Set(
      options.envelope.filter(isAttribute).map((name) => name.slice('@'.length)),
    );
  }

  /**
   * Before the first record whatever is called like that; behind it what stands around it, which is refused.
   * `parent` is the number of the element around it.
   */
  takes(name: string, parent: number): boolean {
    if (this.#around?.has(parent) === false) return false;
    return this.#elements.has(name) || this.#elements.has(localName(name));
  }

  /** The first record is there, inside of those elements. */
  end(around: readonly number[]): void {
    if (this.#around) return;
    this.#around = new Set(around);
    this.#dropClosed(around);
    for (const parent of around) {
      const line = this.#tooMuch.get(parent);
      if (line === undefined) continue;
      const message = `what \`envelope\` keeps is longer than ${limits.envelopeChars} characters`;
      throw this.#refusal(new StockbusError('PAYLOAD_TOO_LARGE', message, { line }));
    }
  }

  /** What stands in an element that was closed stands around no record. */
  #dropClosed(open: readonly number[]): void {
    this.#keep(({ parent }) => open.includes(parent));
  }

  #keep(isKept: (part: RawXml) => boolean): void {
    this.#parts = this.#parts.filter(isKept);
    this.#chars = this.#parts.reduce((sum, { text }) => sum + text.length, 0);
  }

  /** All of its elements as they stand. */
  get text(): string {
    return this.#parts.map(({ text }) => `${text}\n`).join('');
  }

  /** It belongs to all records: what is wrong with it costs the payload. `open` are the elements around it. */
  add(part: RawXml, open: readonly number[]): void {
    const { fault, large, line, name, parent } = part;
    if (this.#around) {
      const message = `<${name}>, which \`envelope\` keeps, stands behind the first record`;
      throw this.#refusal(new StockbusError('ENVELOPE_LATE', message, { line }));
    }
    if (fault !== undefined) {
      throw this.#refusal(new StockbusError('XML_SYNTAX', fault.message, { line: fault.line }));
    }
    if (this.#tooMuch.has(parent)) return;
    this.#parts.push(part);
    this.#chars += part.text.length;
    if (this.#chars > limits.envelopeChars) this.#dropClosed(open);
    if (!large && this.#chars <= limits.envelopeChars) return;
    // Whether it stands around the records shows when the first of them comes.
    this.#tooMuch.set(parent, line);
    this.#keep((one) => one.parent !== parent);
  }

  /** Its value, from the first record on. */
  valueIn(around: XmlSurroundings): RecordValue {
    this.#value ??= this.#read(around);
    return this.#value;
  }

  #read({ rootTag = '', prefixes }: XmlSurroundings): RecordValue {
    let attributes = '';
    for (const { name, value } of attributesOf(rootTag)) {
      if (!this.#attributes.has(name) && !(this.#strip && this.#attributes.has(localName(name))))
        continue;
      const quote = value.includes('"') ? "'" : '"';
      attributes += ` ${name}=${quote}${value}${quote}`;
    }
    const reader = new ElementReader(this.#options, this.#parts[0]?.prefixes ?? prefixes);
    try {
      reader.add({ text: `<e${attributes}>${this.text}</e>`, opened: 0, left: 0 });
      return reader.value;
    } catch (error) {
      throw error instanceof StockbusError ? this.#refusal(error) : error;
    }
  }

  #refusal(error: StockbusError): StockbusError {
    const line = this.#parts[0]?.line;
    error.fault.at = { file: this.#file, ...(line ? { line } : {}), ...error.fault.at };
    error.ofPayload = true;
    return error;
  }
}
