/** What a sink of files has written, so that the same thing is never written under two names. */

import { requireVersion } from '../../core/requireVersion.ts';
import type { Runtime } from '../../core/runtime.ts';
import { sideBySide } from '../../core/sideBySide.ts';
import { isObject } from '../../core/spec.ts';
import type { KeptTree } from './FileTree.ts';

/** Said before a file gets its name: `part`, which is complete and durable, becomes `name`. */
export interface Intent {
  id: string;
  seq: number;
  name: string;
  part: string;
}

/** Of a page; a reader refuses another. */
const PAGE_FORMAT = 1;

/** Sends that are remembered. A repetition that comes later than this many is written again. */
const REMEMBERED = 10_000;
/** Pages that are joined into one. */
const MOST_PAGES = 100;
/** Pages that are read or removed side by side. */
const PAGES_AT_ONCE = 32;

const FOLDER = /^\.stockbus-sent-/;

/**
 * What is said at once is a page in a hidden folder, which appears whole or not at all; many pages
 * are joined into one from time to time. Several processes may share the folder: each reads the pages
 * that others wrote. When it is lost, numbering starts again at the first number that is free, and
 * earlier repetitions are not recognised.
 */
export class SentJournal {
  readonly #tree: KeptTree;
  readonly #folder: string;
  readonly #runtime: Pick<Runtime, 'newId'>;
  readonly #intents = new Map<string, Intent>();
  #pages = new Set<string>();
  #lastSeq = 0;

  constructor(tree: KeptTree, flow: string, runtime: Pick<Runtime, 'newId'>) {
    this.#tree = tree;
    this.#folder = `.stockbus-sent-${flow.replace(/[^\w.-]/g, '_')}`;
    this.#runtime = runtime;
  }

  get nextSeq(): number {
    return this.#lastSeq + 1;
  }

  intent(id: string): Intent | undefined {
    return this.#intents.get(id);
  }

  /** Takes in what was written since, by whomever. */
  async refresh(): Promise<void> {
    const pages = await pagesIn(this.#tree, this.#folder);
    const news = pages.filter((name) => !this.#pages.has(name));
    const read = (page: string): Promise<Intent[]> => intentsOf(this.#tree, page);
    for (const intents of await sideBySide(news, PAGES_AT_ONCE, read))
      for (const intent of intents) this.#remember(intent);
    this.#pages = new Set(pages);
    this.#forgetOldest();
  }

  /** All of them or none. */
  async append(intents: readonly Intent[]): Promise<void> {
    await this.#write(intents);
    for (const intent of intents) this.#remember(intent);
    if (this.#pages.size > MOST_PAGES) await this.#join();
  }

  async #write(intents: readonly Intent[]): Promise<void> {
    const page = `${this.#folder}/${this.#runtime.newId()}.json`;
    await this.#tree.write(
      page,
      [Buffer.from(JSON.stringify({ v: PAGE_FORMAT, intents }))],
      'name',
    );
    this.#pages.add(page);
  }

  /** A crash in between leaves intents twice, which are the same. */
  async #join(): Promise<void> {
    const joined = [...this.#pages];
    this.#forgetOldest();
    await this.#write([...this.#intents.values()]);
    await sideBySide(joined, PAGES_AT_ONCE, async (page) => {
      await this.#tree.remove(page);
      this.#pages.delete(page);
    });
  }

  #remember(intent: Intent): void {
    this.#lastSeq = Math.max(this.#lastSeq, intent.seq);
    const before = this.#intents.get(intent.id);
    if (!before || before.seq <= intent.seq) this.#intents.set(intent.id, intent);
  }

  #forgetOldest(): void {
    if (this.#intents.size <= REMEMBERED) return;
    const oldest = [...this.#intents.values()].sort((a, b) => a.seq - b.seq);
    for (const { id } of oldest.slice(0, oldest.length - REMEMBERED)) this.#intents.delete(id);
  }
}

/** Hidden files that some flow's journal has promised a name. */
export async function promisedParts(tree: KeptTree): Promise<Set<string>> {
  const parts = new Set<string>();
  for (const folder of ((await tree.list('')) ?? []).filter((name) => FOLDER.test(name))) {
    for (const page of await pagesIn(tree, folder)) {
      for (const { part } of await intentsOf(tree, page)) parts.add(part);
    }
  }
  return parts;
}

async function pagesIn(tree: KeptTree, folder: string): Promise<string[]> {
  const names = (await tree.list(folder)) ?? [];
  return names.filter((name) => /^[^.].*\.json$/.test(name)).map((name) => `${folder}/${name}`);
}

/** A page that another process has joined with others meanwhile is gone, and read there. Throws FORMAT_UNKNOWN. */
async function intentsOf(tree: KeptTree, page: string): Promise<Intent[]> {
  if (!(await tree.stat(page))) return [];
  const chunks: Uint8Array[] = [];
  for await (const chunk of tree.open(page)) chunks.push(chunk);
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString());
    if (!isObject(value) || !Array.isArray(value.intents)) return [];
    requireVersion(page, value.v, PAGE_FORMAT);
    return value.intents.filter(isIntent);
  } catch (error) {
    // Not the hub's own page: those appear whole.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function isIntent(value: unknown): value is Intent {
  if (!isObject(value)) return false;
  const { id, seq, name, part } = value;
  return (
    typeof id === 'string' &&
    typeof seq === 'number' &&
    typeof name === 'string' &&
    typeof part === 'string'
  );
}
