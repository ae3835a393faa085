/**
 * Ends what a flow that is gone has left: its queues, with what waits in them as a person said, its steps, and what the hub
 * kept about its work. Cut short at any moment it is begun again; the row by which it is found goes last.
 */
import { type Act, changeAudited } from '../auditTrail.ts';
import { ENDPOINT } from '../deliver/endpointRow.ts';
import { isSinkQueue, labelOfQueue } from '../deliver/sinkQueue.ts';
import { nearestName, StockbusError } from '../errors.ts';
import { reportKinds } from '../jobs/RunStore.ts';
import { limits } from '../limits.ts';
import {
  type Books,
  type Broker,
  type ControlChange,
  type ControlRow,
  type ControlStore,
  PAUSE,
  type StageChapter,
} from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import type { Runtime } from '../runtime.ts';
import {
  COMMANDS,
  type DeployedRow,
  deployedRows,
  deploymentChange,
  rowIdOfRest,
  withoutRow,
} from './deploymentRow.ts';
import { FlowClaims } from './FlowClaims.ts';
import { type GoneFlow, waitingIn } from './goneFlows.ts';
import { removeEmptied } from './removeEmptied.ts';

/** `keep`: it stays, and is told no more. `drain`: what waits goes to the dead letters. `remove`: it is lost. */
export const retireChoices = ['keep', 'drain', 'remove'] as const;
export type RetireChoice = (typeof retireChoices)[number];

export interface RetireParts {
  store: Books & ControlStore & StageChapter;
  broker: Broker;
  runtime: Runtime;
}

/** With what nobody else has of it. */
export interface LeftFlow {
  row: DeployedRow;
  /** The flow runs elsewhere, or goes on: what is kept about its work is needed. */
  isNeeded: boolean;
}

/**
 * What a flow has left. `of`: what another deployment has declared, which is no more. Throws FLOW_NOT_GONE where a deployment
 * says that it runs, and FLOW_UNKNOWN.
 */
export async function leftOf(
  store: Pick<Books, 'controlRows'>,
  flow: string,
  of?: string,
): Promise<LeftFlow[]> {
  const all = await deployedRows(store);
  const isLeft = ({ state, deployment }: DeployedRow): boolean =>
    of === undefined ? state !== 'declared' : deployment === of;
  const left = all.filter((row) => row.flow === flow && isLeft(row));
  if (left.length === 0) throw notGone(all, flow);
  const declared = all.filter((row) => row.state === 'declared' && !left.includes(row));
  const claims = new FlowClaims(declared);
  return left.map((row) => ({
    row: { ...row, ...claims.left(row) },
    isNeeded: declared.some((one) => one.flow === flow),
  }));
}

function notGone(all: readonly DeployedRow[], flow: string): StockbusError {
  const running = all.filter((row) => row.flow === flow);
  if (running.length > 0) {
    const names = running.map(({ deployment }) => `'${deployment}'`).join(', ');
    const message = `the flow '${flow}' is declared by the deployment ${names}`;
    return new StockbusError('FLOW_NOT_GONE', message);
  }
  const gone = all.filter(({ state }) => state !== 'declared').map((row) => row.flow);
  const near = nearestName(flow, gone);
  const todo = near ? `did you mean '${near}'?` : `gone are: ${gone.join(', ') || 'none'}`;
  const message = `nothing is left of a flow '${flow}'`;
  return new StockbusError('FLOW_UNKNOWN', message, undefined, { todo });
}

export interface RetiredFlow extends GoneFlow {
  became: RetireChoice;
}

/** Throws FLOW_NOT_EMPTY where records wait in its steps, BROKER_QUEUE_IN_USE where some hub works for it. */
export async function retireFlow(
  parts: RetireParts,
  { row, isNeeded }: LeftFlow,
  { choice, by }: { choice: RetireChoice; by: string },
): Promise<RetiredFlow> {
  const { store, broker, runtime } = parts;
  await broker.undeclare({ queues: row.queues, subscriptions: row.subscriptions });
  const [gone] = await waitingIn([row], broker, store);
  if (choice === 'keep') {
    const { id, version, ...facts } = row;
    const since = await store.serverTime();
    const kept = deploymentChange(id, version, { ...facts, state: 'kept', since, by });
    await changed(parts, [kept], retired(row, by, choice));
    return { ...gone!, became: choice };
  }
  refuseFilledStages(gone!);
  for (const { queue } of gone!.queues) {
    const isLost = choice === 'remove' && isSinkQueue(queue);
    if (isLost) await broker.remove(queue, { onlyEmpty: false });
    else await removeEmptied(broker, queue, `the flow '${row.flow}' was retired`, runtime);
  }
  for (const stage of row.stages) await store.forgetStage(stage);
  for await (const kept of keptAbout(store, row, isNeeded))
    await changed(parts, [{ kind: kept.kind, id: kept.id, expected: kept.version }]);
  await changed(parts, [withoutRow(row)], retired(row, by, choice));
  const { flow, deployment } = row;
  runtime.log('info', 'flow.retired', { flow, deployment, by, became: choice });
  return { ...gone!, became: choice };
}

/** What nobody but a flow can read is parked first, so that it can be sent again. */
function refuseFilledStages({ flow, queues, stages }: GoneFlow): void {
  const filled = stages.find(({ waiting }) => waiting > 0);
  const queued = queues.find(({ queue, waiting }) => !isSinkQueue(queue) && waiting > 0);
  if (!filled && !queued) return;
  const where = filled ? `the step '${filled.stage}'` : `the queue '${queued!.queue}'`;
  const stage = filled?.stage ?? stages[0]?.stage ?? 'STAGE';
  const message = `records of '${flow}' wait in ${where}`;
  const todo =
    flow === COMMANDS
      ? `set ${COMMANDS} as it was until they are booked`
      : `stockbus waiting release ${stage}`;
  throw new StockbusError('FLOW_NOT_EMPTY', message, undefined, { todo });
}

async function* keptAbout(
  store: Books,
  { id, deployment, flow, direction, queues }: DeployedRow,
  isNeeded: boolean,
): AsyncGenerator<ControlRow> {
  const labels = queues.filter(isSinkQueue).map(labelOfQueue);
  yield* await store.control(ENDPOINT, labels);
  if (isNeeded || id === rowIdOfRest(deployment, flow)) return;
  yield* await store.control(PAUSE, [flow]);
  if (direction !== 'report') return;
  const { schedule, ...ofRuns } = reportKinds;
  yield* await store.control(schedule, [flow]);
  for (const kind of Object.values(ofRuns)) {
    const rows = rowsOf((page) => store.controlRows({ kind, word: flow }, page), limits.reportRuns);
    yield* await Array.fromAsync(rows);
  }
}

const retired = ({ flow, deployment }: DeployedRow, actor: string, became: RetireChoice): Act => ({
  ...{ actor, did: 'flow.retired', id: flow },
  facts: { deployment, became },
});

async function changed(parts: RetireParts, changes: ControlChange[], act?: Act): Promise<void> {
  const { store, runtime } = parts;
  const outcome = act
    ? await changeAudited(store, runtime, act, changes)
    : await store.changeControl(runtime.newId(), changes);
  if (outcome === 'done') return;
  const message = `others change '${changes[0]!.id}' at the same moment`;
  throw new StockbusError('DEPLOYMENT_CHANGED', message);
}
