/** What of a status is not well, worst first: each with the command that shows more of it. */
import type { HubStatus, Trouble } from './HubStatus.ts';

type Facts = Omit<HubStatus, 'well' | 'troubles'>;

/** So long an accepted batch, or one that is due, may wait before somebody is told. */
const LATE_SECONDS = 300;
/** And so much may be on its way to subscribers. */
const OUTBOX_RECORDS = 1_000;

export function troublesOf(facts: Facts): Trouble[] {
  return [...failing(facts), ...late(facts), ...lying(facts)];
}

const failing = ({ checks }: Facts): Trouble[] =>
  Object.entries(checks)
    .filter(([, check]) => check !== 'ok')
    .map(([name, check]) => ({
      ...{ kind: 'down', what: 'check', message: `${name}: ${check}` },
      ...{ see: 'docs/operations.md', of: name, href: '/readyz' },
    }));

function late({ at, unappliedSeconds, outbox, gaps }: Facts): Trouble[] {
  const troubles: Trouble[] = [];
  const down = { kind: 'down', href: '/v1/status' } as const;
  if (gaps) {
    const message = `what was accepted never came out of the broker, ${gaps} times`;
    troubles.push({ ...down, what: 'gap', message, see: 'stockbus gaps', count: gaps });
  }
  if ((unappliedSeconds ?? 0) > LATE_SECONDS) {
    const message = `what was accepted ${unappliedSeconds} s ago is not booked yet`;
    const since = new Date(Date.parse(at) - unappliedSeconds! * 1_000).toISOString();
    troubles.push({ ...down, what: 'unapplied', message, see: 'GET /readyz, and the log', since });
  }
  if ((outbox ?? 0) > OUTBOX_RECORDS) {
    const message = `${outbox} records are booked and not told to subscribers yet`;
    const see = 'GET /readyz, and the log';
    troubles.push({ ...down, what: 'outbox', message, see, count: outbox! });
  }
  return troubles;
}

function lying({ dead, parked, endpoints, ...facts }: Facts): Trouble[] {
  const troubles: Trouble[] = [...halted(facts)];
  const away = (endpoints ?? []).map(({ endpoint, state, since }): Trouble => {
    const href = `/v1/endpoints/${encodeURIComponent(endpoint)}`;
    const does = state === 'paused' ? 'resume' : 'probe';
    return {
      ...{ kind: 'waits', what: 'endpoint', message: `${endpoint}: ${state} since ${since}` },
      ...{ see: 'stockbus endpoints', of: endpoint, since, href },
      action: { does, href: `${href}/${does}` },
    };
  });
  troubles.push(...away, ...parkedTroubles(parked ?? []));
  if (dead) {
    const message = `${dead} ${dead === 1 ? 'message is' : 'messages are'} among the dead letters`;
    const see = 'stockbus dead list';
    troubles.push({ kind: 'waits', what: 'dead', message, see, count: dead, href: '/v1/dead' });
  }
  return troubles;
}

const halted = ({ paused, gone }: Pick<Facts, 'paused' | 'gone'>): Trouble[] => [
  ...(paused ?? []).map(({ flow, since, by, reason }): Trouble => {
    const message = `${flow}: paused by ${by} since ${since}: ${reason}`;
    const see = `stockbus flows resume ${flow}`;
    const href = `/v1/flows/${encodeURIComponent(flow)}/resume`;
    return {
      ...{ kind: 'waits', what: 'paused', message, see, of: flow, since },
      ...{ href: mapOf(flow), action: { does: 'resume', href } },
    };
  }),
  ...(gone ?? []).map(({ flow, since }): Trouble => {
    const message = `${flow}: gone since ${since}, and something of it is left`;
    const see = `stockbus flows retire ${flow}`;
    return { kind: 'waits', what: 'gone', message, see, of: flow, since, href: '/v1/flows' };
  }),
];

const mapOf = (flow: string): string => `/v1/flows/map?flow=${encodeURIComponent(flow)}`;

const parkedTroubles = (parked: NonNullable<HubStatus['parked']>): Trouble[] =>
  parked.map(({ flow, records, since }) => ({
    ...{ kind: 'waits', what: 'parked', message: `${flow}: ${records} parked` },
    ...{ see: `stockbus parked list --flow ${flow}`, of: flow, since, count: records },
    href: `/v1/parked/groups?flow=${encodeURIComponent(flow)}`,
  }));
