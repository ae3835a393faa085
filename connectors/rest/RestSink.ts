import type { StockbusError } from '../../core/errors.ts';
import type { Outgoing, Sink } from '../../core/ports.ts';
import { collectBody } from '../calls/collectBody.ts';
import type { FoundAnswer } from '../calls/HttpCaller.ts';
import { parsedJson, textAt } from './jsonPointer.ts';
import type { RestClient } from './RestClient.ts';

export interface RestTo {
  method: 'POST' | 'PUT' | 'PATCH';
  path: string;
  /** Name of the header that carries our id. */
  idempotency: string;
  /** What of the answer is kept in the history: names, and where in its JSON each stands. */
  answer: Readonly<Record<string, string>>;
}

/** Answers about what a call holds; all others are about the other side. */
const OF_CONTENT = new Set([400, 409, 413, 422]);
const MOST_CHARACTERS = 200;

/** One call for each `send`, with the same key at every attempt, by which the other side drops a repetition. */
export class RestSink implements Sink {
  readonly #client: RestClient;
  readonly #to: RestTo;
  readonly #url: URL;

  constructor(client: RestClient, to: RestTo) {
    this.#client = client;
    this.#to = to;
    this.#url = client.within(to.path, client.base, '`path` leads');
  }

  async send(outgoing: Outgoing): Promise<void> {
    const { method, idempotency, answer } = this.#to;
    const body = await collectBody(outgoing);
    const { traceparent, tracestate } = outgoing.trace ?? {};
    const headers = {
      ...{ accept: 'application/json', 'content-type': outgoing.contentType },
      [idempotency.toLowerCase()]: outgoing.id,
      ...(traceparent === undefined ? {} : { traceparent }),
      ...(tracestate === undefined ? {} : { tracestate }),
    };
    const found = await this.#client.call(this.#url, { method, headers, body });
    if (found.status < 200 || found.status >= 300) throw this.#refused(found);
    outgoing.answered?.(answeredBy(found, answer));
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  #refused(answer: FoundAnswer): StockbusError {
    const { status, retryAfter, body } = answer;
    const isPassing = !OF_CONTENT.has(status) || (status === 409 && retryAfter !== undefined);
    if (isPassing) return this.#client.judged(this.#url, answer);
    const said = body ? `: ${oneLine(body.toString('utf8'))}` : '';
    return this.#client.failed('REST_REFUSED', this.#url, `answered ${status}${said}`);
  }
}

function answeredBy({ status, body }: FoundAnswer, wanted: RestTo['answer']): string {
  const document = parsedJson(body);
  const found = Object.entries(wanted).flatMap(([name, pointer]) => {
    const text = textAt(document, pointer);
    return text === undefined ? [] : [`${name} ${oneLine(text)}`];
  });
  return [String(status), ...found].join(', ');
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, MOST_CHARACTERS);
