/** What anybody would ask of a hub first: whether all is well, and what waits where. */
import { answerInTime, checkOf, type Health } from '../health.ts';
import { isCommandQueue } from '../intake/publishBatches.ts';
import type { BrokerLook } from '../ports.ts';
import { type Runtime, timeOfId } from '../runtime.ts';
import type { HubStatus } from './HubStatus.ts';
import type { BooksLook } from './lookAtBooks.ts';
import { troublesOf } from './troublesOf.ts';

/** What was asked for it: each answers, or fails, by itself. */
export interface StatusSources {
  /** Of a hub that answers; left out where none was asked. */
  health?: () => Promise<Health>;
  /** Of a hub in another process: `unappliedSince` of its health, where it says so. */
  unappliedSince?: () => Promise<string | undefined>;
  /** Whether there is room; left out: nobody looks. */
  disk?: () => Promise<void>;
  broker: () => Promise<BrokerLook>;
  store: () => Promise<BooksLook>;
}

/** Answers in about twice limits.pingMs, whatever is away. */
export async function statusOf(
  sources: StatusSources,
  runtime: Pick<Runtime, 'after' | 'now'>,
): Promise<HubStatus> {
  const { health, broker, store, disk, unappliedSince } = sources;
  const [hub, queues, books, room, elsewhere] = await Promise.all([
    health === undefined ? undefined : answerInTime(runtime, health),
    answerInTime(runtime, broker),
    answerInTime(runtime, store),
    disk && checkOf(runtime, disk),
    unappliedSince?.(),
  ]);
  const nowMs = runtime.now();
  const checks: Record<string, string> = {
    ...(hub !== undefined && 'value' in hub ? hub.value.checks : hub && { hub: hub.failure }),
  };
  if ('failure' in queues) checks.broker = queues.failure;
  else checks.broker ??= 'ok';
  if ('failure' in books) checks.store = books.failure;
  else checks.store ??= 'ok';
  if (room !== undefined) checks.disk = room;
  const inHand = hub !== undefined && 'value' in hub ? hub.value.unappliedSince : undefined;
  const since = inHand ?? elsewhere;
  const letters = lettersIn(
    'value' in queues ? queues.value.dead : null,
    'value' in books ? books.value.backlog.dead : null,
  );
  const facts = {
    ...queueFacts('value' in queues ? queues.value : undefined, nowMs, since),
    ...bookFacts('value' in books ? books.value : undefined, nowMs),
    dead: letters,
  };
  const at = new Date(nowMs).toISOString();
  const troubles = troublesOf({ at, checks, ...facts });
  return {
    at,
    well: troubles.length === 0,
    checks,
    troubles,
    ...facts,
  };
}

function queueFacts(look: BrokerLook | undefined, nowMs: number, since: string | undefined) {
  const inHand = since === undefined ? null : ageOf(Date.parse(since), nowMs);
  if (!look) return { queues: null, unappliedSeconds: inHand };
  const queues = look.queues.map(({ queue, ready, waiting = null, oldest }) => {
    const atMs = oldest === undefined ? undefined : timeOfId(oldest);
    return { queue, ready, waiting, oldestSeconds: atMs === undefined ? null : ageOf(atMs, nowMs) };
  });
  const commands = queues.filter(({ queue }) => isCommandQueue(queue));
  const ages = commands.flatMap(({ oldestSeconds }) => oldestSeconds ?? []);
  const isEmpty = commands.every(({ ready, waiting }) => (waiting ?? ready) === 0);
  const oldest = ages.length > 0 || isEmpty ? Math.max(0, ...ages) : null;
  return { queues, unappliedSeconds: inHand ?? oldest };
}

/** Those on their way into the store, and those that lie there and wait for a person. */
const lettersIn = (broker: number | null, store: number | null): number | null =>
  broker === null && store === null ? null : (broker ?? 0) + (store ?? 0);

function bookFacts(look: BooksLook | undefined, nowMs: number) {
  if (!look) return { parked: null, outbox: null, stages: null, ...unknown };
  const stages = look.stages.map(({ stage, waiting, since, outs }) => {
    const oldestSeconds = since === undefined ? null : ageOf(Date.parse(since), nowMs);
    return { stage, records: waiting, left: outs, oldestSeconds };
  });
  const { backlog, endpoints, gaps } = look;
  const paused = look.paused.map(({ flow, since, by, reason }) => ({ flow, since, by, reason }));
  const gone = look.gone.map(({ flow, deployment, since }) => ({ flow, deployment, since }));
  const { parked, outbox } = backlog;
  return { parked, outbox, stages, endpoints, paused, gone, gaps };
}

const unknown = { endpoints: null, paused: null, gone: null, gaps: null };

const ageOf = (atMs: number, nowMs: number): number =>
  Math.max(0, Math.round((nowMs - atMs) / 1_000));
