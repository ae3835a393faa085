/**
 * What the hub takes from outside itself besides its adapters: time, identifiers, chance, and where
 * it tells what it does. Injected, so that a test or a simulation can hold all of them.
 */
import type { Level, LogEvent } from './logEvents.ts';
import type { CounterName, GaugeName, HistogramName } from './metricNames.ts';

export interface Runtime extends Time {
  /** A new identifier that sorts by time (UUID version 7, RFC 9562). */
  newId(): string;
  /** Uniform in [0, 1). For jitter only. */
  random(): number;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The only clock and the only timers of the house: whoever waits, waits here. */
export interface Time {
  /** Milliseconds since 1970-01-01T00:00Z: what people call the time. It may be set back. */
  now(): number;
  /** Milliseconds since some moment, never set back: for how long something took or may take. */
  monotonic(): number;
  /** Rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs the work once, unless it is stopped before. After some 24 days at the latest. */
  after(ms: number, work: () => void): Timer;
  /** Runs the work again and again, for the first time after `ms`, until it is stopped. */
  every(ms: number, work: () => void): Timer;
}

export interface Timer {
  /** The work runs no more. Idempotent. */
  stop(): void;
}

export type { Level } from './logEvents.ts';

/** One line of log: an event of core/logEvents.ts, and facts as fields. Never a payload's content. */
export type Log = (level: Level, event: LogEvent, fields?: Record<string, unknown>) => void;

/** Names are those of core/metricNames.ts. */
export interface Metrics {
  count(name: CounterName, by?: number, labels?: Record<string, string>): void;
  gauge(name: GaugeName, value: number, labels?: Record<string, string>): void;
  observe(name: HistogramName, value: number, labels?: Record<string, string>): void;
}

export const silentLog: Log = () => undefined;

export const noMetrics: Metrics = {
  count: () => undefined,
  gauge: () => undefined,
  observe: () => undefined,
};

/** A longer wait would make the timer fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

export const systemTime: Time = {
  now: Date.now,
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        },
        Math.min(ms, TIMER_MAX_MS),
      );
      signal?.addEventListener('abort', abort, { once: true });
    }),
  after: (ms, work) => {
    const timer = setTimeout(work, Math.min(ms, TIMER_MAX_MS));
    return { stop: () => clearTimeout(timer) };
  },
  every: (ms, work) => {
    const timer = setInterval(work, ms);
    return { stop: () => clearInterval(timer) };
  },
};

export function systemRuntime(log: Log = silentLog, metrics: Metrics = noMetrics): Runtime {
  const newId = (): string => uuidV7(Date.now());
  return { ...systemTime, newId, random: Math.random, log, metrics };
}

const KEY_BYTES = 32;

/** A secret of this process, for an HMAC by SHA-256. */
export const newKey = (): Uint8Array => crypto.getRandomValues(new Uint8Array(KEY_BYTES));

/** UUID version 7: 48 bits of time, then chance. */
export function uuidV7(timeMs: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let rest = timeMs;
  for (let index = 5; index >= 0; index -= 1) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** When a UUID of version 7 was made, in milliseconds since 1970; undefined for any other text. */
export function timeOfId(id: string): number | undefined {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/.test(id)) return undefined;
  return parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** Where the ids of version 7 begin that were made at a moment or later. */
export function firstIdOf(timeMs: number): string {
  const hex = Math.max(0, timeMs).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7`;
}
