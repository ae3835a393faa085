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
  type YAMLParseError,
} from 'yaml';
import type { Fault, Place } from '../errors.ts';
import type { Path } from '../spec.ts';

/** Expansions of aliases that one file may ask for. */
const ALIASES = 100;

export class YamlFile {
  readonly file: string;
  /** Undefined when the syntax is broken; then `faults` says where. */
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
    const faults: Fault[] = telling(this.#document.errors).map((error) => ({
      code: 'CONFIG_SYNTAX',
      message: inWords(error.code, error.message),
      at: this.#place(error.pos[0]),
    }));
    if (substitute && faults.length === 0) this.#substitute(substitute, faults);
    this.faults = faults;
    this.value = faults.length > 0 ? undefined : this.#document.toJS({ maxAliasCount: ALIASES });
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
function telling(errors: readonly YAMLParseError[]): YAMLParseError[] {
  const first = errors.find((error) => error.code !== 'DUPLICATE_KEY');
  return errors.filter((error) => error === first || error.code === 'DUPLICATE_KEY');
}

function inWords(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'the same field stands here twice';
  return message.split('\n')[0]!.replace(/\.$/, '');
}
