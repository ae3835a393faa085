import { Backoff } from '../backoff.ts';
import { JsonScanner } from '../codecs/jsonScanner.ts';
import { parseJson } from '../codecs/jsonValue.ts';
import { faultOf, isRetryable, StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { AnswerTerms, Lookup } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { asText } from '../steps/asText.ts';
import { AnswerCache, type KeptAnswer } from './AnswerCache.ts';
import { CircuitBreaker, type CircuitState } from './CircuitBreaker.ts';
import { Slots } from './Slots.ts';

/** Of a batch: once one question has failed the others need no answer. */
interface Batch {
  terms: AnswerTerms;
  hasFailed: boolean;
}

/** A question under way, and the batches that wait for it. */
interface Asked {
  answer: Promise<KeptAnswer>;
  batches: Batch[];
}

const gaugeOf: Readonly<Record<CircuitState, number>> = { closed: 0, 'half-open': 1, open: 2 };

/** What one system answers: some questions at once, kept for a time, and left alone while it fails. */
export class ConnectorAnswers {
  readonly #name: string;
  readonly #lookup: Lookup;
  readonly #runtime: Runtime;
  readonly #slots = new Slots(limits.enrichAtOnce);
  readonly #cache = new AnswerCache({
    answers: limits.enrichCachedAnswers,
    bytes: limits.enrichCachedBytes,
  });
  readonly #breaker: CircuitBreaker;
  /** Questions, since the start. */
  #answered = 0;
  /** Questions under way, so that nobody asks the same at the same time. */
  readonly #asked = new Map<string, Asked>();

  constructor(name: string, lookup: Lookup, runtime: Runtime) {
    this.#name = name;
    this.#lookup = lookup;
    this.#runtime = runtime;
    const bounds = {
      failures: limits.enrichFailures,
      pauseMs: limits.enrichPauseMs,
      pauseMaxMs: limits.enrichPauseMaxMs,
    };
    this.#breaker = new CircuitBreaker(runtime, bounds, (state, failures) =>
      this.#tellCircuit(state, failures),
    );
  }

  /** As `Answers` has it. */
  async answers(questions: readonly unknown[], terms: AnswerTerms): Promise<unknown[]> {
    const batch: Batch = { terms, hasFailed: false };
    const found = new Map<unknown, Promise<string | StockbusError | undefined>>();
    for (const question of questions) {
      if (!found.has(question)) found.set(question, this.#answer(question, batch));
    }
    const texts = await Promise.all(questions.map((question) => found.get(question)!));
    return texts.map((text) => (typeof text === 'string' ? parsed(text) : text));
  }

  close(): void {
    this.#lookup.close();
  }

  /** Rejects only where the world is wrong. */
  async #answer(question: unknown, batch: Batch): Promise<string | StockbusError | undefined> {
    try {
      const path = asText(question, 'the path that enrich asks for');
      if (path === '') return undefined;
      return (this.#kept(path, batch.terms) ?? (await this.#ask(path, batch))).text;
    } catch (error) {
      if (error instanceof StockbusError && !isRetryable(error.fault)) return error;
      if (!batch.hasFailed) this.#tellFailed(error);
      batch.hasFailed = true;
      throw error;
    }
  }

  /** Once a batch: why what asked has to come again. */
  #tellFailed(error: unknown): void {
    const { code, message } = faultOf(error);
    this.#runtime.log('warn', 'enrich.failed', { connector: this.#name, code, message });
  }

  #kept(path: string, { cacheMs }: AnswerTerms): KeptAnswer | undefined {
    if (cacheMs === 0) return undefined;
    const kept = this.#cache.get(path);
    if (!kept) return undefined;
    const holdsMs =
      kept.text === undefined ? Math.min(cacheMs / 10, limits.enrichMissingMs) : cacheMs;
    if (this.#runtime.monotonic() - kept.atMs >= holdsMs) return undefined;
    this.#count('kept');
    return kept;
  }

  #ask(path: string, batch: Batch): Promise<KeptAnswer> {
    const known = this.#asked.get(path);
    if (known) {
      known.batches.push(batch);
      return known.answer;
    }
    const batches = [batch];
    const answer = this.#askUntilAnswered(path, batches)
      .then((found) => {
        if (batches.some(({ terms }) => terms.cacheMs > 0)) this.#cache.keep(path, found);
        return found;
      })
      .finally(() => this.#asked.delete(path));
    this.#asked.set(path, { answer, batches });
    return answer;
  }

  async #askUntilAnswered(path: string, batches: readonly Batch[]): Promise<KeptAnswer> {
    const { enrichFirstWaitMs: firstMs, enrichMaxWaitMs: maxMs, enrichAttempts } = limits;
    const backoff = new Backoff(this.#runtime, { firstMs, maxMs });
    for (;;) {
      try {
        return await this.#slots.run(() => this.#askOnce(path, batches));
      } catch (error) {
        const fault = faultOf(error);
        const waitsMs = backoff.nextMs();
        const isLast = backoff.attempts >= enrichAttempts || (fault.retryAfterMs ?? 0) > maxMs;
        if (isLast || isGivenUp(batches) || fault.code !== 'ENRICH_FAILED') {
          // By which who asked can tell a system that is away from a question that it cannot answer.
          fault.asked = { system: this.#name, answered: this.#answered };
          throw error;
        }
        await this.#runtime.sleep(Math.max(waitsMs, fault.retryAfterMs ?? 0));
      }
    }
  }

  async #askOnce(path: string, batches: readonly Batch[]): Promise<KeptAnswer> {
    if (isGivenUp(batches))
      throw new StockbusError('ENRICH_FAILED', 'nobody waits for it any more');
    const pauseMs = this.#breaker.waitMs();
    if (pauseMs > 0) throw this.#paused(pauseMs);
    const timeoutMs = Math.max(...batches.map(({ terms }) => terms.timeoutMs));
    const startedMs = this.#runtime.monotonic();
    try {
      const bytes = await this.#lookup.find(path, timeoutMs);
      this.#breaker.succeeded();
      this.#answered += 1;
      const text = bytes && textOf(bytes);
      this.#count(text === undefined ? 'missing' : 'found');
      return { text, atMs: this.#runtime.monotonic() };
    } catch (error) {
      const isOfWorld = isRetryable(faultOf(error));
      this.#count(isOfWorld ? 'failed' : 'refused');
      if (isOfWorld) this.#breaker.failed();
      else this.#breaker.succeeded();
      throw error;
    } finally {
      const seconds = (this.#runtime.monotonic() - startedMs) / 1_000;
      this.#runtime.metrics.observe('stockbus_enrich_seconds', seconds, { connector: this.#name });
    }
  }

  #paused(pauseMs: number): StockbusError {
    const seconds = Math.ceil(pauseMs / 1_000);
    const message = `connector '${this.#name}' failed ${limits.enrichFailures} times in a row or more, and is asked again in ${seconds} s`;
    return new StockbusError('ENRICH_PAUSED', message, undefined, { retryAfterMs: pauseMs });
  }

  #count(outcome: 'found' | 'missing' | 'kept' | 'failed' | 'refused'): void {
    const labels = { connector: this.#name, outcome };
    this.#runtime.metrics.count('stockbus_enrich_questions_total', 1, labels);
  }

  #tellCircuit(state: CircuitState, failures: number): void {
    const { log, metrics } = this.#runtime;
    metrics.gauge('stockbus_enrich_circuit', gaugeOf[state], { connector: this.#name });
    const level = state === 'open' ? 'warn' : 'info';
    log(level, 'enrich.circuit', { connector: this.#name, state, failures });
  }
}

const isGivenUp = (batches: readonly Batch[]): boolean =>
  batches.every(({ hasFailed }) => hasFailed);

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Checked here, once; read anew for each record, so that no two of them share it. */
function textOf(bytes: Uint8Array): string | undefined {
  let text: string;
  try {
    text = utf8.decode(bytes).trim();
  } catch (error) {
    const message = 'the answer is no UTF-8';
    throw new StockbusError('ENRICH_REFUSED', message, undefined, { cause: error });
  }
  if (text === '') return undefined;
  try {
    return parsed(text) === null ? undefined : text;
  } catch (error) {
    const message = `the answer is no JSON: ${faultOf(error).message}`;
    throw new StockbusError('ENRICH_REFUSED', message, undefined, { cause: error });
  }
}

/** Numbers as the codec json has them. */
function parsed(text: string): unknown {
  const scanner = new JsonScanner();
  scanner.scan(text, 0);
  return parseJson(text, scanner);
}
