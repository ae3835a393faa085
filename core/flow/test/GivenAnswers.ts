import type { AskedBooks } from '../../answers/AskedBooks.ts';
import { bookAnswers, bookPorts } from '../../answers/bookAnswers.ts';
import { type Fault, formatPlace, StockbusError } from '../../errors.ts';
import type { Answers, Asking } from '../../ports.ts';
import { asText } from '../../steps/asText.ts';

/** What a connector answers, by path; null where it has nothing. `fails`: it cannot be reached. */
export type ConnectorAnswer = 'fails' | Readonly<Record<string, unknown>>;

/**
 * Answers in the place of the world: those that somebody wrote down, and those of books that he gave. What
 * is asked besides is noted, and asks nobody.
 */
export class GivenAnswers {
  /** What was asked first and nobody has given, with what to add. */
  #lacking: Fault | undefined;
  readonly #connectors: Readonly<Record<string, ConnectorAnswer>>;
  readonly #now: () => number;
  /** `own`: the books of the hub answer for themselves. */
  readonly #books: 'own' | 'given';
  #given: AskedBooks | undefined;

  constructor(
    connectors: Readonly<Record<string, ConnectorAnswer>>,
    books: 'own' | 'given',
    now: () => number,
  ) {
    this.#connectors = connectors;
    this.#books = books;
    this.#now = now;
  }

  use(books: AskedBooks): void {
    this.#given = books;
  }

  /** Throws where something was asked that nobody has given, whatever became of it. */
  refuseLacking(): void {
    const lacking = this.#lacking;
    if (lacking) throw new StockbusError(lacking.code, lacking.message, undefined, lacking);
  }

  answers(port: string, own: Answers): Answers {
    if (!bookPorts.includes(port)) {
      return async (questions, asking) => questions.map((one) => this.#ofConnector(one, asking));
    }
    if (this.#books === 'own') return own;
    return async (questions, { at }) => {
      if (!this.#given) {
        throw this.#lacks({
          code: 'CONFIG_MISSING_FIELD',
          message: `${formatPlace(at)} asks the books (${port}), and the test says nothing of them`,
          todo: 'add `stock:` or `booked:`, be it as an empty list',
        });
      }
      return bookAnswers(port, this.#given, questions, new Date(this.#now()).toISOString());
    };
  }

  #ofConnector(question: unknown, { at, connector }: Asking): unknown {
    const name = connector?.name ?? '';
    const given = this.#connectors[name];
    const path = asText(question);
    if (given === 'fails') {
      throw new StockbusError('ENRICH_FAILED', `connector '${name}': ${path}: it fails, as given`);
    }
    if (given && Object.hasOwn(given, path)) return structuredClone(given[path]) ?? undefined;
    throw this.#lacks({
      code: 'CONFIG_MISSING_FIELD',
      message: `${formatPlace(at)} asks '${name}' for '${path}', and no answer is given`,
      todo: `add answers: { ${name}: { "${path}": … } }, or null where there is nothing`,
    });
  }

  /** As the world that fails, so that nothing takes it for a fault of the payload. */
  #lacks(fault: Fault): StockbusError {
    this.#lacking ??= fault;
    return new StockbusError('ENRICH_FAILED', `${fault.message}; ${fault.todo}`);
  }
}
