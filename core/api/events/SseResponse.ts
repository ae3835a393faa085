import type { Request, Response } from 'express';
import { StockbusError } from '../../errors.ts';
import type { Runtime, Timer } from '../../runtime.ts';
import { problemOf, problemToTell } from '../problem.ts';
import { streamBounds } from './bounds.ts';

/**
 * An answer that goes on, as Server-Sent Events. A reader who takes nothing keeps no more waiting here than
 * `waitingBytes` and what he is sent at once: nothing is read for him until he takes it, and after a while he is cut.
 */
export class SseResponse {
  readonly #request: Request;
  readonly #response: Response;
  readonly #runtime: Runtime;
  readonly #ended = new AbortController();
  #comments: Timer | undefined;
  #waiting = '';

  constructor(request: Request, response: Response, runtime: Runtime) {
    this.#request = request;
    this.#response = response;
    this.#runtime = runtime;
    response.once('close', () => this.#end());
    request.once('aborted', () => this.#end());
  }

  /** Aborted when nobody reads any longer. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** `comment` is said as often as connections need it; what it throws ends the answer. */
  begin(comment: () => Promise<string>): void {
    const response = this.#response;
    response.status(200).set({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    this.#comments = this.#runtime.every(streamBounds.commentMs, async () => {
      try {
        const text = await comment();
        const isFree = !response.writableNeedDrain && !this.ended.aborted;
        if (isFree) response.write(text);
      } catch (error) {
        await this.fail(error);
      }
    });
  }

  /** Says what went wrong, and ends it. */
  fail(error: unknown): Promise<void> {
    const problem = problemToTell(error, this.#request.path, this.#runtime);
    return this.close(sseEvent('fault', JSON.stringify(problem)));
  }

  /** Sent with what follows, or with `flush`. Resolves at once unless much waits already. */
  async write(text: string): Promise<void> {
    this.#waiting += text;
    if (this.#waiting.length >= streamBounds.waitingBytes) await this.flush();
  }

  /** Resolves when it is on its way, or nobody reads any longer. */
  async flush(): Promise<void> {
    const text = this.#waiting;
    this.#waiting = '';
    if (text === '' || this.ended.aborted) return;
    if (this.#response.write(text)) return;
    await this.#drained();
  }

  /** The last words, for whoever reads on. */
  async close(text = ''): Promise<void> {
    await this.flush();
    this.#comments?.stop();
    if (!this.ended.aborted) this.#response.end(text);
    this.#end();
  }

  async #drained(): Promise<void> {
    const done = Promise.withResolvers<void>();
    const response = this.#response;
    const stalled = this.#runtime.after(streamBounds.stalledMs, () => this.#cut());
    response.once('drain', done.resolve);
    this.ended.addEventListener('abort', () => done.resolve(), { once: true });
    await done.promise;
    stalled.stop();
    response.off('drain', done.resolve);
  }

  /** Says why, should he read after all, and lets go. */
  #cut(): void {
    const bytes = this.#response.writableLength;
    const message = `nothing was taken for ${streamBounds.stalledMs / 1_000} s while ${bytes} bytes waited`;
    const fault = new StockbusError('EVENTS_READER_SLOW', message);
    this.#runtime.log('warn', 'events.reader_cut', { code: fault.code, message });
    this.#runtime.metrics.count('stockbus_event_readers_cut_total');
    this.#comments?.stop();
    this.#response.end(sseEvent('cut', JSON.stringify(problemOf(fault.fault))));
    const parting = this.#runtime.after(streamBounds.partingMs, () => this.#response.destroy());
    this.#response.once('close', () => parting.stop());
    this.#end();
  }

  #end(): void {
    this.#comments?.stop();
    this.#ended.abort();
  }
}

/** JSON has no line ends. */
export const sseEvent = (event: string, json: string, id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${json}\n\n`;
