import type { ClosingKind, ClosingPart } from './closing.ts';
import type { ClosedRow } from './SkuClosing.ts';

/** Rows and characters of a part: what a report reads at once of one month. */
const PART = { rows: 256, characters: 256 * 1024 };

interface OpenPart {
  kind: ClosingKind;
  month: string;
  part: number;
  skus: string[];
  rows: string[];
  characters: number;
}

/** Gathers the rows of a closing to its parts; SKUs come in their order. */
export class ClosingParts {
  readonly #closing: string;
  readonly #open = new Map<string, OpenPart>();

  constructor(closing: string) {
    this.#closing = closing;
  }

  /** The part that it makes full, if any. */
  add({ kind, month, sku, text }: ClosedRow): ClosingPart | undefined {
    const key = `${kind} ${month}`;
    const open = this.#open.get(key) ?? this.#begin(key, { kind, month, ...emptyPart(0) });
    open.skus.push(sku);
    open.rows.push(text);
    open.characters += text.length;
    const isFull = open.rows.length >= PART.rows || open.characters >= PART.characters;
    if (!isFull) return undefined;
    this.#begin(key, { kind, month, ...emptyPart(open.part + 1) });
    return this.#part(open);
  }

  #begin(key: string, part: OpenPart): OpenPart {
    this.#open.set(key, part);
    return part;
  }

  /** What is left at the end. */
  rest(): ClosingPart[] {
    const open = [...this.#open.values()].filter(({ rows }) => rows.length > 0);
    this.#open.clear();
    return open.map((part) => this.#part(part));
  }

  #part({ kind, month, part, skus, rows }: OpenPart): ClosingPart {
    return {
      ...{ closing: this.#closing, kind, month, part },
      firstSku: skus[0]!,
      lastSku: skus.at(-1)!,
      body: `[${rows.join(',\n')}]`,
    };
  }
}

const emptyPart = (part: number) => ({
  part,
  skus: [] as string[],
  rows: [] as string[],
  characters: 0,
});
