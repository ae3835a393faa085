import { type Level, type Log, systemTime } from '../runtime.ts';

const levelMarks: Record<Level, string> = {
  debug: 'debug',
  info: '     ',
  warn: 'WARN ',
  error: 'ERROR',
};
const levels: readonly Level[] = ['debug', 'info', 'warn', 'error'];

export interface LogOptions {
  /** `text` for people, `json` (one object a line) for machines. */
  format: 'text' | 'json';
  /** Lines below this level are left out. */
  level: Level;
}

/** `STOCKBUS_LOG=debug|info|warn|error`; `STOCKBUS_LOG_FORMAT=text|json` overrules the terminal. */
export function logOptions(
  env: Readonly<Record<string, string | undefined>>,
  interactive: boolean,
  asked = env.STOCKBUS_LOG_FORMAT,
): LogOptions {
  const level = levels.find((known) => known === env.STOCKBUS_LOG) ?? 'info';
  const format = asked === 'text' || asked === 'json' ? asked : interactive ? 'text' : 'json';
  return { format, level };
}

/** `write` takes one line without its end, and escapes what a terminal would act on. */
export function lineLog(
  write: (line: string) => void,
  { format, level }: LogOptions,
  now: () => number = systemTime.now,
): Log {
  const least = levels.indexOf(level);
  return (lineLevel, event, fields = {}) => {
    if (levels.indexOf(lineLevel) < least) return;
    const time = new Date(now());
    write(
      format === 'json'
        ? jsonLine({ time: time.toISOString(), level: lineLevel, event, ...fields })
        : `${time.toISOString().slice(11, 19)} ${levelMarks[lineLevel]} ${event}${textOf(fields)}`,
    );
  };
}

const jsonLine = (facts: Record<string, unknown>): string =>
  JSON.stringify(facts, (_, value) => (typeof value === 'bigint' ? String(value) : value));

function textOf(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${quoted(value)}`)
    .join('');
}

function quoted(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
