/** What of a status is not well, worst first: each with the command that shows more of it. */
import type { HubStatus, Trouble } from './HubStatus.ts';

type Facts = Omit<HubStatus, 'at' | 'well' | 'troubles'>;

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
      see: 'docs/operations.md',
    }));

function late({ unappliedSeconds, outbox, gaps }: Facts): Trouble[] {
  const troubles: Trouble[] = [];
  if (gaps) {
    const message = `what was accepted never came out of the broker, ${gaps} times`;
    troubles.push({ kind: 'down', what: 'gap', message, see: 'stockbus gaps' });
  }
  if ((unappliedSeconds ?? 0) > LATE_SECONDS) {
    const message = `what was accepted ${unappliedSeconds} s ago is not booked yet`;
    troubles.push({ kind: 'down', what: 'unapplied', message, see: 'GET /readyz, and the log' });
  }
  if ((outbox ?? 0) > OUTBOX_RECORDS) {
    const message = `${outbox} records are booked and not told to subscribers yet`;
    troubles.push({ kind: 'down', what: 'outbox', message, see: 'GET /readyz, and the log' });
  }
  return troubles;
}

function lying({ dead, parked, endpoints, ...facts }: Facts): Trouble[] {
  const troubles: Trouble[] = [...halted(facts)];
  const away = (endpoints ?? []).map(
    ({ endpoint, state, since }): Trouble => ({
      ...{ kind: 'waits', what: 'endpoint', message: `${endpoint}: ${state} since ${since}` },
      see: 'stockbus endpoints',
    }),
  );
  troubles.push(...away, ...parkedTroubles(parked ?? []));
  if (dead) {
    const message = `${dead} ${dead === 1 ? 'message is' : 'messages are'} among the dead letters`;
    troubles.push({ kind: 'waits', what: 'dead', message, see: 'stockbus dead list' });
  }
  return troubles;
}

const halted = ({ paused, gone }: Pick<Facts, 'paused' | 'gone'>): Trouble[] => [
  ...(paused ?? []).map(({ flow, since, by, reason }): Trouble => {
    const message = `${flow}: paused by ${by} since ${since}: ${reason}`;
    return { kind: 'waits', what: 'paused', message, see: `stockbus flows resume ${flow}` };
  }),
  ...(gone ?? []).map(({ flow, since }): Trouble => {
    const message = `${flow}: gone since ${since}, and something of it is left`;
    return { kind: 'waits', what: 'gone', message, see: `stockbus flows retire ${flow}` };
  }),
];

const parkedTroubles = (parked: readonly { flow: string; records: number }[]): Trouble[] =>
  parked.map(({ flow, records }) => ({
    ...{ kind: 'waits', what: 'parked', message: `${flow}: ${records} parked` },
    see: `stockbus parked list --flow ${flow}`,
  }));
