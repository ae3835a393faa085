import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { RecordValue } from '../ports.ts';
import { ElementReader } from './ElementReader.ts';
import { localName } from './xmlNamespaces.ts';
import type { XmlRead } from './xmlOptions.ts';
import type { XmlSurroundings } from './xmlRejects.ts';
import type { RawXml } from './xmlScanner.ts';
import { attributesOf } from './xmlText.ts';

/** What stands before the records and is kept for them: elements, and attributes of the root. */
export class XmlEnvelope {
  readonly #options: XmlRead;
  readonly #file: string;
  readonly #elements: ReadonlySet<string>;
  readonly #attributes: ReadonlySet<string>;
  readonly #strip: boolean;
  readonly #parts: RawXml[] = [];
  #chars = 0;
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

  takes(name: string): boolean {
    return this.#elements.has(name) || this.#elements.has(localName(name));
  }

  /** All of its elements as they stand. */
  get text(): string {
    return this.#parts.map(({ text }) => `${text}\n`).join('');
  }

  /** It belongs to all records: what is wrong with it costs the payload. */
  add(part: RawXml): void {
    const { fault, large, line, name } = part;
    if (this.#value) {
      const message = `<${name}>, which \`envelope\` keeps, stands behind the first record`;
      throw this.#refusal(new StockbusError('ENVELOPE_LATE', message, { line }));
    }
    if (fault !== undefined) {
      throw this.#refusal(new StockbusError('XML_SYNTAX', fault.message, { line: fault.line }));
    }
    this.#parts.push(part);
    this.#chars += part.text.length;
    if (large || this.#chars > limits.envelopeChars) {
      const message = `what \`envelope\` keeps is longer than ${limits.envelopeChars} characters`;
      throw this.#refusal(new StockbusError('PAYLOAD_TOO_LARGE', message, { line }));
    }
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
