import { limits } from '../limits.ts';
import { LOG_FORMAT, type LogHead, type LogLine, lineAfter, noLines } from '../logLine.ts';
import { plainValue } from '../logOf.ts';

/** What is so of a reservation, an order, a place or the period: plain values by their names. */
export type LoggedState = Readonly<Record<string, unknown>>;

interface Said {
  v: number;
  recordedAt: string;
  log?: unknown[];
  lines?: { line: string; quantity: string }[];
}

/** One log, read from its first line on: whether each line follows from the one before, and what is so after the last. */
export class LogFold {
  /** What is wrong with its lines, each a sentence. */
  readonly wrong: string[] = [];
  /** The last line, and the last of those that count for the digest; when that was recorded. */
  last: LogHead = noLines;
  known: LogHead = noLines;
  recordedAt = '';
  /** Undefined where nothing is left. */
  state: LoggedState | undefined;
  readonly #knownAt: string;

  /** `knownAt`: '' for all. */
  constructor(knownAt: string) {
    this.#knownAt = knownAt;
  }

  add(line: LogLine): void {
    const { version, hash } = line;
    const said = saidIn(line);
    if (version !== this.last.version + 1) {
      this.wrong.push(`line ${version} of its log follows ${this.last.version}`);
    } else if (hash !== lineAfter(this.last, line).hash) {
      this.wrong.push(
        `line ${version} of its log does not have the hash of what it and those before it say`,
      );
    }
    this.last = { version, hash };
    if (!said) {
      this.wrong.push(`line ${version} of its log cannot be read as format ${LOG_FORMAT}`);
      return;
    }
    const { v: _, recordedAt, ...rest } = said;
    // Two processes may write lines of one order in another order than that of their clocks.
    if (this.#knownAt === '' || recordedAt <= this.#knownAt) {
      this.known = this.last;
      if (recordedAt > this.recordedAt) this.recordedAt = recordedAt;
    }
    this.state = after[line.about]?.(this.state ?? {}, rest);
  }
}

function saidIn({ body }: LogLine): Said | undefined {
  try {
    const said = JSON.parse(body) as Said;
    return said.v === LOG_FORMAT && typeof said.recordedAt === 'string' ? said : undefined;
  } catch {
    return undefined;
  }
}

type Rest = Omit<Said, 'v' | 'recordedAt'>;
type After = (state: LoggedState, said: Rest) => LoggedState | undefined;

const loggedIn = ({ log = [] }: LoggedState): unknown[] => log as unknown[];

/** What is so after a line that says this. */
const after: Partial<Record<LogLine['about'], After>> = {
  place: (_, said) => said as LoggedState,
  period: (state, said) => {
    const log = [...loggedIn(state), ...loggedIn(said as LoggedState)];
    return { ...said, log: log.slice(-limits.periodLogLines) };
  },
  reservation: (state, said) => {
    const log = [...loggedIn(state), ...loggedIn(said as LoggedState)];
    const isCut = log.length > limits.reservationLogLines + 1;
    return { ...said, log: isCut ? [log[0], ...log.slice(-limits.reservationLogLines)] : log };
  },
  order: (state, { lines = [] }) => {
    const open = { ...state };
    for (const { line, ...rest } of lines) {
      if (rest.quantity === '0') delete open[keyOfLine(line)];
      else open[keyOfLine(line)] = rest;
    }
    return Object.keys(open).length === 0 ? undefined : open;
  },
};

export const keyOfLine = (line: string): string => `line ${line}`;

/** Where the two are not the same, each a sentence. */
export function stateDifferences(kept: LoggedState = {}, logged: LoggedState = {}): string[] {
  const names = new Set([...Object.keys(kept), ...Object.keys(logged)]);
  return [...names].flatMap((name) => {
    const [has, gives] = [textOf(kept[name]), textOf(logged[name])];
    return has === gives ? [] : [`has ${name} ${has}, its log gives ${gives}`];
  });
}

const textOf = (value: unknown): string =>
  value === undefined ? '(none)' : JSON.stringify(value, plainValue);
