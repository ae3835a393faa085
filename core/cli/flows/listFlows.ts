import { COMMANDS, deployedRows } from '../../deployment/deploymentRow.ts';
import { flowPauses } from '../../deployment/flowPauses.ts';
import { openBooks } from '../../hub/openBooks.ts';
import type { Books } from '../../ports.ts';
import type { Invocation } from '../command.ts';
import { isJson, sayJson } from '../jsonFormat.ts';
import { type Column, TableWriter } from '../table.ts';

/** A flow as hubs over this store were given it to run. */
interface ListedFlow {
  flow: string;
  deployment: string;
  /** `declared`, `paused`, `gone` or `kept`. */
  state: string;
  since: string;
  by: string;
  /** Why it is paused. */
  reason: string;
  file: string;
  digest: string;
}

const columns: Column<ListedFlow>[] = [
  { title: 'Flow', text: ({ flow }) => flow },
  { title: 'Deployment', text: ({ deployment }) => deployment },
  { title: 'State', text: ({ state }) => state },
  { title: 'Since', text: ({ since }) => since },
  { title: 'By', text: ({ by }) => by },
  { title: 'Why', text: ({ reason }) => reason },
];

/** `stockbus flows list`. Resolves with the exit code. */
export async function listFlows(invocation: Invocation): Promise<number> {
  const { folder, env, terminal } = invocation;
  const { store, close } = await openBooks(folder, env, undefined, { orEmpty: true });
  try {
    const flows = await listed(store);
    if (isJson(invocation)) await sayJson(terminal, { flows });
    else {
      terminal.out(new TableWriter(columns).write(flows));
      if (flows.length === 0) terminal.err(['No hub has run any flow over this store yet.']);
    }
    return flows.every(({ state }) => state === 'declared' || state === 'kept') ? 0 : 3;
  } finally {
    await close();
  }
}

async function listed(store: Books): Promise<ListedFlow[]> {
  const pauses = new Map((await flowPauses(store)).map((one) => [one.flow, one]));
  return (await deployedRows(store))
    .filter(({ flow, state }) => flow !== COMMANDS || state !== 'declared')
    .map(({ flow, deployment, state, since, by, file, digest }) => {
      const listed = { flow, deployment, state, since, by, reason: '', file, digest };
      const pause = state === 'declared' ? pauses.get(flow) : undefined;
      if (!pause) return listed;
      const { since: pausedAt, by: pauser, reason } = pause;
      return { ...listed, state: 'paused', since: pausedAt, by: pauser, reason };
    })
    .sort((one, other) => (one.flow < other.flow ? -1 : 1));
}
