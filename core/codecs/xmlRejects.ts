import type { Rejected, RejectsFormat } from '../ports.ts';
import type { TextEncoding } from './encodeText.ts';
import { isUnicode } from './encodings.ts';
import { rejectReason } from './rejectColumns.ts';
import { exactElement } from './xmlExact.ts';
import type { InstancePrefixes } from './xmlNamespaces.ts';
import type { XmlRead } from './xmlOptions.ts';

/** What the payload had around its records. */
export interface XmlSurroundings {
  /** Start tag of the root as it stands; undefined where the root itself is the record. */
  rootTag: string | undefined;
  rootName: string;
  prefixes: InstancePrefixes;
  /** Characters from which on the text of a record is cut off. */
  rawChars: number;
}

/** With the elements as they stand that the flow keeps from before the records. */
export type XmlAround = XmlSurroundings & { envelope: string };

/**
 * Rejected records in the root element that they came in, each behind a comment that says why. A record
 * that could not be read stands there as it came.
 */
export class XmlRejects implements RejectsFormat {
  readonly #around: XmlAround;
  readonly #name: string;
  readonly #keep: boolean;
  readonly #encoding: TextEncoding;
  #begun = false;

  constructor(around: XmlAround, options: XmlRead, encoding: TextEncoding) {
    this.#around = around;
    this.#name = options.record ?? around.rootName;
    this.#keep = options.namespaces === 'keep';
    this.#encoding = encoding;
  }

  write(rejected: readonly Rejected[]): Uint8Array {
    const records = rejected.map((one) => `${this.#comment(one)}\n${this.#element(one)}`).join('');
    const head = this.#begun ? '' : this.#head();
    this.#begun = true;
    return this.#encoding.bytes(head + records);
  }

  end(): Uint8Array {
    const { rootTag, rootName } = this.#around;
    return this.#encoding.bytes(rootTag === undefined ? '' : `</${rootName}>\n`);
  }

  #head(): string {
    const { encoding } = this.#encoding;
    const name = encoding.startsWith('utf-16') ? 'UTF-16' : encoding.toUpperCase();
    const root = this.#around.rootTag === undefined ? '' : `${this.#around.rootTag}\n`;
    return `<?xml version="1.0" encoding="${name}"?>\n${root}${this.#around.envelope}`;
  }

  #comment({ record, fault }: Rejected): string {
    const text = `record ${record.record}: ${rejectReason(fault)}`;
    const cut = text.replace(/[^\P{Cc}\t]|[\ufffe\uffff]/gu, ' ').replace(/-(?=-|$)/g, '- ');
    return `<!-- ${cut} -->`;
  }

  #element({ record, fault }: Rejected): string {
    if (record.raw === undefined) {
      const ascii = !isUnicode(this.#encoding.encoding);
      const [prefix] = this.#around.prefixes;
      const nil = { prefix, declare: prefix === undefined && !this.#keep };
      const { '#element': name = this.#name, '#envelope': _, ...own } = record.value;
      return `${exactElement(String(name), own, { ascii, nil })}\n`;
    }
    const isCut = fault?.code === 'PAYLOAD_TOO_LARGE' && record.raw.length >= this.#around.rawChars;
    return isCut ? '' : `${record.raw}\n`;
  }
}
