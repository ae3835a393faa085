import type { HubStatus } from '../status/HubStatus.ts';
import { formatCount, plural } from './plural.ts';
import { tableLines } from './table.ts';

/** What answers at the address of the HTTP interface. */
export interface AskedHub {
  address: string;
  answers: boolean;
  ready: boolean;
  /** By part: `ok`, or what is wrong with it. */
  checks: Record<string, string>;
  /** What a person should look at though it is ready, by its name: flows that failed among it. */
  told: Record<string, string>;
}

const FLOW = 'flow ';

/** Flows whose other side it cannot reach, or that cannot start. What else is told, `troubles` and `broken` have. */
export const failedFlows = ({ told }: AskedHub): string[] =>
  Object.entries(told)
    .filter(([name, said]) => name.startsWith(FLOW) && said.startsWith('failed'))
    .map(([name, said]) => `${name.slice(FLOW.length)} ${said}`);

export interface SaidStatus extends HubStatus {
  hub: AskedHub;
  /** Faults in flows, for which none of them runs. */
  flows: { broken: string[] };
}

/** The verdict first, then what leads to it, then what waits where. */
export function describeStatus(status: SaidStatus): string[] {
  const { troubles, flows, hub } = status;
  const wrong = [
    ...flows.broken.map((fault) => `  ${fault}`),
    ...failedFlows(hub).map((failed) => `  ${failed}`),
    ...troubles.map(({ message, see }) => `  ${message} (${see})`),
  ];
  const count = wrong.length;
  return [
    count === 0 ? 'All is well.' : `Not all is well: ${plural(count, 'thing')} to look at.`,
    ...wrong,
    '',
    hubLine(status),
    ...totals(status),
    ...queueLines(status),
    ...stageLines(status),
  ];
}

function hubLine({ hub: { address, answers, ready, checks } }: SaidStatus): string {
  if (!answers) return `Hub: none answers at ${address}.`;
  if (ready) return `Hub: answers at ${address}, and is ready.`;
  const failing = Object.entries(checks).filter(([, check]) => check !== 'ok');
  const why = failing.map(([name, check]) => `${name}: ${check}`).join('; ');
  return `Hub: answers at ${address}, and is NOT ready${why === '' ? '' : ` (${why})`}.`;
}

function totals({ parked, dead, outbox, unappliedSeconds }: SaidStatus): string[] {
  const records = parked?.reduce((sum, one) => sum + one.records, 0);
  const facts: [string, number | null | undefined, string][] = [
    ['Parked', records, 'stockbus parked list'],
    ['Dead letters', dead, ''],
    ['Outbox', outbox, ''],
    ['Oldest not booked', unappliedSeconds, ''],
  ];
  return facts.map(([name, value, see]) => {
    if (value === null || value === undefined) return `${name}: not known.`;
    const unit = name.startsWith('Oldest') ? ' s' : '';
    return `${name}: ${formatCount(value)}${unit}${value > 0 && see !== '' ? ` (${see})` : ''}.`;
  });
}

function queueLines({ queues, endpoints }: SaidStatus): string[] {
  if (!queues) return [];
  const filled = queues.filter(({ ready, waiting }) => (waiting ?? ready) > 0);
  // What a hub has in hand RabbitMQ does not count.
  const isCounted = queues.every(({ waiting }) => waiting !== null);
  const held = isCounted ? [] : (endpoints ?? []).map(({ endpoint }) => endpoint);
  if (filled.length === 0) {
    const but = held.length === 0 ? '' : `, but for what a hub has in hand for ${held.join(', ')}`;
    return [`Queues: all are empty${but}.`];
  }
  return [
    '',
    ...tableLines(
      [
        { title: 'Queue', text: ({ queue }) => queue },
        { title: 'Waiting', right: true, text: ({ ready, waiting }) => String(waiting ?? ready) },
        { title: 'Ready', right: true, text: ({ ready }) => String(ready) },
        { title: 'Oldest', right: true, text: ({ oldestSeconds }) => seconds(oldestSeconds) },
      ],
      filled,
    ),
  ];
}

function stageLines({ stages }: SaidStatus): string[] {
  const filled = (stages ?? []).filter(({ records, left }) => records + left > 0);
  if (filled.length === 0) return [];
  return [
    '',
    ...tableLines(
      [
        { title: 'Stage', text: ({ stage }) => stage },
        { title: 'Records', right: true, text: ({ records }) => String(records) },
        { title: 'Left', right: true, text: ({ left }) => String(left) },
        { title: 'Oldest', right: true, text: ({ oldestSeconds }) => seconds(oldestSeconds) },
      ],
      filled,
    ),
  ];
}

const seconds = (value: number | null): string => (value === null ? '' : `${value} s`);
