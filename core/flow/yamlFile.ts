/** A YAML file whose every value knows its line and column. */
import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  YAMLWarning,
} from 'yaml';
import type { Fault, Place } from '../errors.ts';
import type { Path } from '../spec.ts';
import { yamlInWords } from './yamlWords.ts';

/** Expansions of aliases that one file may ask for. */
const ALIASES = 100;

export class YamlFile {
  readonly file: string;
  /** Undefined when the syntax is broken; then `faults` says where. A text that `substitute` refused stays. */
  readonly value: unknown;
  readonly faults: readonly Fault[];
  readonly #text: string;
  readonly #document: ReturnType<typeof parseDocument>;
  readonly #lines = new LineCounter();

  /** `substitute` may change texts, such as `${NAME}`; its faults are reported at their place. */
  constructor(
    file: string,
    text: string,
    substitute?: (text: string) => { text: string } | { fault: Fault },
  ) {
    this.file = file;
    this.#text = text;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const { errors, warnings } = this.#document;
    const faults: Fault[] = telling([...errors, ...warnings]).map((error) => ({
      code: 'CONFIG_SYNTAX',
      ...yamlInWords(error, errors, text),
      at: this.#place(this.#startOf(error)),
    }));
    if (faults.length === 0) this.#checkNames(faults);
    if (faults.length === 0) this.#keepNumbers();
    const isRead = faults.length === 0;
    if (substitute && isRead) this.#substitute(substitute, faults);
    this.value = isRead ? this.#read(faults) : undefined;
    this.faults = faults;
  }

  /** As it stands in the file. */
  get text(): string {
    return this.#text;
  }

  has(path: Path): boolean {
    return this.#document.hasIn(path);
  }

  /** True for a text in quotes, which make no difference to what it says. */
  isQuoted(path: Path): boolean {
    const node = this.#document.getIn(path, true);
    return isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE');
  }

  /** True where a comment follows the value on its line: an expression may have been cut by its ` #`. */
  isCutByComment(path: Path): boolean {
    const node = this.#document.getIn(path, true);
    if (!isScalar(node) || node.type !== 'PLAIN' || !node.range) return false;
    return /^[ \t]+#/.test(this.#text.slice(node.range[1], node.range[1] + 80));
  }

  /** Where a value stands, or its key; the nearest place around it when it is missing. */
  placeOf(path: Path, onKey = false): Place {
    let node: unknown = this.#document.contents;
    let key: unknown;
    for (const step of path) {
      const pair = isMap(node) ? pairOf(node.items, step) : undefined;
      const next: unknown = pair ? pair.value : isSeq(node) ? node.items[Number(step)] : undefined;
      if (!pair && next === undefined) return this.#placeOfNode(key, node);
      key = pair?.key;
      node = next ?? node;
    }
    return onKey && key ? this.#placeOfNode(undefined, key) : this.#placeOfNode(key, node);
  }

  /** Where a character of a text value stands, such as a fault inside an expression. */
  placeInside(path: Path, offset: number): Place {
    const node = this.#document.getIn(path, true);
    if (!isScalar(node) || !node.range || typeof node.value !== 'string') return this.placeOf(path);
    const [start, end] = node.range;
    const raw = this.#text.slice(start, end);
    const plain = raw.indexOf(node.value);
    if (plain >= 0) return this.#place(start + plain + offset);
    return node.type === 'BLOCK_LITERAL'
      ? this.#placeInBlock(node, start, offset)
      : this.#place(start);
  }

  #placeInBlock(node: Scalar, start: number, offset: number): Place {
    const before = String(node.value).slice(0, offset).split('\n');
    const { line } = this.#lines.linePos(start);
    const target = line + before.length;
    const text = this.#text.split('\n')[target - 1] ?? '';
    const indent = text.length - text.trimStart().length;
    return { file: this.file, line: target, column: indent + before.at(-1)!.length + 1 };
  }

  #read(faults: Fault[]): unknown {
    try {
      return this.#document.toJS({ maxAliasCount: ALIASES });
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      const unresolved = /^Unresolved alias.*: (.*)$/.exec(error.message);
      faults.push({
        code: 'CONFIG_SYNTAX',
        ...(unresolved
          ? yamlInWords(new YAMLWarning([0, 0], 'BAD_ALIAS', error.message), [], this.#text)
          : {
              message: 'aliases repeat far more than is written',
              todo: 'write out what they name',
            }),
        at: this.#place(this.#firstAlias(unresolved?.[1])),
      });
      return undefined;
    }
  }

  #firstAlias(name: string | undefined): number {
    let found: number | undefined;
    visit(this.#document, {
      Alias: (_key, node) => {
        if (name === undefined || node.source === name) found ??= node.range?.[0];
      },
    });
    return found ?? 0;
  }

  /** A quote that is never closed is told where it opens, not where the file ends. */
  #startOf({ pos, message }: { pos: [number, number]; message: string }): number {
    let start = pos[0];
    if (!message.startsWith('Missing closing')) return start;
    visit(this.#document, {
      Scalar: (_key, node) => {
        if (node.type?.startsWith('QUOTE') && node.range) start = Math.min(node.range[0], pos[0]);
      },
    });
    return start;
  }

  #checkNames(faults: Fault[]): void {
    visit(this.#document, {
      Pair: (_key, pair) => {
        if (isScalar(pair.key)) return;
        faults.push({
          code: 'CONFIG_SYNTAX',
          message: 'the name of a field is a text, not a list or fields',
          todo: "write it in '…' quotes",
          at: this.#placeOfNode(undefined, pair.key),
        });
      },
    });
  }

  /** A number that a number cannot hold as it is written, such as `007` or `1.50`, stays its text. */
  #keepNumbers(): void {
    visit(this.#document, {
      Scalar: (_key, node) => {
        const { source, value } = node;
        if (typeof value === 'number' && source !== undefined && source !== String(value))
          node.value = source;
      },
    });
  }

  #placeOfNode(key: unknown, node: unknown): Place {
    const range = (node as Node | null)?.range ?? (key as Node | undefined)?.range;
    return range ? this.#place(range[0]) : { file: this.file, line: 1, column: 1 };
  }

  #place(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  #substitute(
    substitute: (text: string) => { text: string } | { fault: Fault },
    faults: Fault[],
  ): void {
    visit(this.#document, {
      Scalar: (_key, node) => {
        if (typeof node.value !== 'string' || !node.value.includes('${')) return;
        const result = substitute(node.value);
        if ('fault' in result)
          faults.push({ ...result.fault, at: this.#place(node.range?.[0] ?? 0) });
        else node.value = node.type === 'PLAIN' ? plainValue(result.text) : result.text;
      },
    });
  }
}

/** What stands without quotes keeps its type: `${PORT:-8080}` is a number. */
function plainValue(text: string): unknown {
  if (/^(true|false)$/.test(text)) return text === 'true';
  return /^-?(0|[1-9]\d{0,14})$/.test(text) ? parseInt(text, 10) : text;
}

const pairOf = (items: readonly Pair[], name: string | number): Pair | undefined =>
  items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(name));

/** What follows a broken place mostly comes of it; fields that stand twice are apart from that. */
function telling<E extends { code: string }>(errors: readonly E[]): E[] {
  const first = errors.find((error) => error.code !== 'DUPLICATE_KEY');
  return errors.filter((error) => error === first || error.code === 'DUPLICATE_KEY');
}
