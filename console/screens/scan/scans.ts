/**
 * Scans on their way. Each is kept in this browser (localStorage, a key each) before it is sent, and until the hub has
 * answered for good: without a network, and after the page was closed, none is lost. Sent again it is known by its id.
 */
import type { CommandAnswer } from '../../../schemas/generated/api.d.ts';
import { type ApiProblem, tell } from '../../api/client.ts';
import { Store } from '../../state/Store.ts';
import { session } from '../../state/session.ts';
import { type Command, cancelOf } from './commandOf.ts';
import { signal } from './signal.ts';

export interface Scan extends Command {
  id: string;
  /** Whose it is: another who signs in here sends nothing of it. */
  actor: string;
  /** What it says to people, in the language in which it was scanned. */
  text: string;
  /** `accepted`: the hub has it, and books it later. */
  state: 'waiting' | 'booked' | 'accepted' | 'refused' | 'undone';
  /** It was sent before, and what became of it is not known. */
  isTried?: boolean;
  problem?: ApiProblem;
  /** Id of the scan that it takes back. */
  undoes?: string;
}

const PREFIX = 'stockbus.scan.';
const AGAIN_MS = 5_000;
const MOST_SHOWN = 30;
/** The hub, or what is before it, may answer otherwise in a while. */
const passing = new Set([0, 401, 408, 425, 429, 500, 502, 503, 504]);

/** Oldest first. */
export const scans = new Store<readonly Scan[]>([]);

let isSending = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Those of who looks, as they were left; what waits among them is sent. */
export function learnScans(): void {
  const actor = session.value?.actor;
  const kept = Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => JSON.parse(localStorage.getItem(key) ?? '{}') as Scan)
    .filter((one) => one.actor === actor)
    .sort((one, other) => (timeOf(one) < timeOf(other) ? -1 : 1));
  const ids = new Set(kept.map(({ id }) => id));
  const shown = scans.value.filter((one) => one.actor === actor && !ids.has(one.id));
  scans.set([...shown, ...kept]);
  void sendScans();
}

const timeOf = ({ body }: Scan): string => String(body.at);

export function addScan(command: Command, id: string, text: string, undoes?: string): void {
  const actor = session.value?.actor ?? '';
  const scan: Scan = { ...command, id, actor, text, state: 'waiting', ...(undoes && { undoes }) };
  keep(scan);
  scans.set([...scans.value, scan].slice(-Math.max(MOST_SHOWN, waitingOf(scans.value) + 1)));
  void sendScans();
}

export const waitingOf = (all: readonly Scan[]): number =>
  all.filter(({ state }) => state === 'waiting').length;

/** What was never sent is dropped; anything else is cancelled by a command behind it. */
export function undoScan(scan: Scan, text: string): void {
  if (scan.state === 'waiting' && !scan.isTried) {
    localStorage.removeItem(PREFIX + scan.id);
    replace({ ...scan, state: 'undone' });
    return;
  }
  const id = `scan-${crypto.randomUUID()}`;
  addScan(cancelOf(id, new Date().toISOString(), scan.id), id, text, scan.id);
}

export function sendAgain(scan: Scan): void {
  const { problem: _old, ...rest } = scan;
  keep(replace({ ...rest, state: 'waiting' }));
  void sendScans();
}

export function putAway({ id }: Scan): void {
  localStorage.removeItem(PREFIX + id);
  scans.set(scans.value.filter((one) => one.id !== id));
}

/** One after the other, as they were scanned: a cancellation follows what it cancels. */
export async function sendScans(): Promise<void> {
  if (isSending) return;
  isSending = true;
  clearTimeout(timer);
  try {
    for (;;) {
      const next = scans.value.find(({ state }) => state === 'waiting');
      if (!next) return;
      const tried = replace({ ...next, isTried: true });
      keep(tried);
      if (await send(tried)) continue;
      timer = setTimeout(() => void sendScans(), AGAIN_MS);
      return;
    }
  } finally {
    isSending = false;
  }
}

/** False where the hub is not to be reached now. */
async function send(scan: Scan): Promise<boolean> {
  const { path, body, id } = scan;
  const headers = { prefer: 'wait=5' };
  const { data, problem, status } = await tell<CommandAnswer>(path, { body, headers });
  if (problem && passing.has(status)) return false;
  if (problem) {
    keep(replace({ ...scan, state: 'refused', problem }));
    signal('bad');
    return true;
  }
  localStorage.removeItem(PREFIX + id);
  replace({ ...scan, state: data?.outcome === 'accepted' ? 'accepted' : 'booked' });
  const undone = scans.value.find((one) => one.id === scan.undoes);
  if (undone) replace({ ...undone, state: 'undone' });
  signal('good');
  return true;
}

/** Throws where the browser has no room for it: then nothing is said to be booked. */
const keep = (scan: Scan): void => localStorage.setItem(PREFIX + scan.id, JSON.stringify(scan));

function replace(scan: Scan): Scan {
  scans.set(scans.value.map((one) => (one.id === scan.id ? scan : one)));
  return scan;
}

addEventListener('online', () => void sendScans());
