/**
 * What the hub takes from outside itself besides its adapters: time, identifiers, chance, and where
 * it tells what it does. Injected, so that a test or a simulation can hold all of them.
 */
export interface Runtime {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number;
  /** A new identifier that sorts by time (UUID version 7, RFC 9562). */
  newId(): string;
  /** Uniform in [0, 1). For jitter only. */
  random(): number;
  readonly log: Log;
  readonly metrics: Metrics;
}

export type Level = 'debug' | 'info' | 'warn' | 'error';

/** One line of log: a stable `event` name, and facts as fields. Never a payload's content. */
export type Log = (level: Level, event: string, fields?: Record<string, unknown>) => void;

/** Names are Prometheus names, with the unit last: `stockbus_commit_seconds`. */
export interface Metrics {
  count(name: string, by?: number, labels?: Record<string, string>): void;
  gauge(name: string, value: number, labels?: Record<string, string>): void;
  observe(name: string, value: number, labels?: Record<string, string>): void;
}

export const silentLog: Log = () => undefined;

export const noMetrics: Metrics = {
  count: () => undefined,
  gauge: () => undefined,
  observe: () => undefined,
};

export function systemRuntime(log: Log = silentLog, metrics: Metrics = noMetrics): Runtime {
  return { now: Date.now, newId: () => uuidV7(Date.now()), random: Math.random, log, metrics };
}

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
