import { StockbusError } from '../errors.ts';
import type { Answers, Asking, ConnectorSpec } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { AskedBooks } from './AskedBooks.ts';
import { bookAnswers, bookPorts } from './bookAnswers.ts';
import { ConnectorAnswers } from './ConnectorAnswers.ts';

/**
 * Who answers what the steps of flows ask: the books, and connectors that look things up. Flows are compiled
 * before the books are open, so that they are given when they are.
 */
export class HubAnswers {
  /** By name, for the compiler of flows. */
  readonly ports: Readonly<Record<string, Answers>>;
  readonly #runtime: Runtime;
  /** By the name of the connector: all flows share what one has answered. */
  readonly #connectors = new Map<string, ConnectorAnswers>();
  #books: (() => Promise<AskedBooks>) | undefined;

  constructor(kinds: readonly ConnectorSpec[], runtime: Runtime) {
    this.#runtime = runtime;
    const books = bookPorts.map((port): [string, Answers] => [
      port,
      (questions) => this.#fromBooks(port, questions),
    ]);
    const others = kinds
      .filter(({ lookup }) => lookup)
      .map(({ name }): [string, Answers] => [
        name,
        (questions, asking) => this.#fromConnector(questions, asking),
      ]);
    this.ports = Object.fromEntries([...books, ...others]);
  }

  /** Opened when the first flow asks. */
  use(books: () => Promise<AskedBooks>): void {
    this.#books = books;
  }

  close(): void {
    for (const connector of this.#connectors.values()) connector.close();
    this.#connectors.clear();
  }

  async #fromBooks(port: string, questions: readonly unknown[]): Promise<readonly unknown[]> {
    const books = await this.#books?.();
    if (!books) throw new StockbusError('INTERNAL', 'a flow asks the books before they are open');
    const now = new Date(this.#runtime.now()).toISOString();
    return bookAnswers(port, books, questions, now);
  }

  async #fromConnector(
    questions: readonly unknown[],
    { connector, terms }: Asking,
  ): Promise<readonly unknown[]> {
    const { name, spec, config } = connector!;
    const known = this.#connectors.get(name);
    const lookup = known ?? this.#open(name, spec, config);
    return lookup.answers(questions, terms!);
  }

  #open(name: string, { lookup }: ConnectorSpec, config: unknown): ConnectorAnswers {
    const opened = lookup!(config, { name, runtime: this.#runtime });
    const answers = new ConnectorAnswers(name, opened, this.#runtime);
    this.#connectors.set(name, answers);
    return answers;
  }
}
