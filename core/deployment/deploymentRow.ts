/** What is kept of a flow that a hub was given to run, as a row beside the books: what was declared for it, since when, by whom. */
import { brokerTopology } from '../brokerTopology.ts';
import { type CompiledFlow, stagesOf } from '../flow/compiledFlow.ts';
import { sourceOf } from '../message.ts';
import {
  type Books,
  type ControlChange,
  type ControlRow,
  DEPLOYMENT,
  type Topology,
} from '../ports.ts';
import { requireVersion } from '../requireVersion.ts';
import { rowsOf } from '../rowsOf.ts';

const DEPLOYMENT_FORMAT = 1;

/** `gone`: no file has it any more; `kept`: the same, and a person said that what waits for it is to stay. */
export type DeployedState = 'declared' | 'gone' | 'kept';

/** What a flow has of broker and store for itself. */
export interface FlowBelongings extends Topology {
  stages: string[];
  /** Under which it books, where it does. */
  source?: string;
}

export interface DeployedFlow extends FlowBelongings {
  deployment: string;
  flow: string;
  file: string;
  direction: CompiledFlow['direction'];
  digest: string;
  state: DeployedState;
  /** In that state, or, of one that is declared, with that digest. */
  since: string;
  by: string;
}

/** As it lies in the store. */
export interface DeployedRow extends DeployedFlow {
  id: string;
  version: string;
}

export function belongingsOf(flow: CompiledFlow): FlowBelongings {
  const { queues, subscriptions } = brokerTopology([flow], 0);
  const stages = stagesOf([flow]).map(({ name }) => name);
  const isBooking = flow.direction === 'inbound' || flow.direction === 'continued';
  return { queues, subscriptions, stages, ...(isBooking ? { source: sourceOf(flow) } : {}) };
}

/** The row of the queues of commands, which belong to no flow: called as the setting that says how many there are. */
export const COMMANDS = 'apply.partitions';

export const commandBelongings = (partitions: number): FlowBelongings => ({
  ...brokerTopology([], partitions),
  stages: [],
});

/** Of all deployments over this store. */
export async function deployedRows(store: Pick<Books, 'controlRows'>): Promise<DeployedRow[]> {
  const rows = rowsOf((page) => store.controlRows({ kind: DEPLOYMENT }, page));
  return (await Array.fromAsync(rows)).map(deployedRow);
}

type Written = Omit<DeployedFlow, 'state' | 'since'> & { v: number };

/** Throws FORMAT_UNKNOWN for what another version wrote. */
function deployedRow({ id, version, state, since, body }: ControlRow): DeployedRow {
  const { v, ...rest } = JSON.parse(body) as Written;
  requireVersion(`the deployment '${id}'`, v, DEPLOYMENT_FORMAT);
  return { ...rest, id, version, state: state as DeployedState, since };
}

export const rowId = (deployment: string, flow: string): string => `${deployment} ${flow}`;

/** Of a flow that goes on, but without something that it had. */
export const rowIdOfRest = (deployment: string, flow: string): string =>
  `${rowId(deployment, flow)} rest`;

export function deploymentChange(
  id: string,
  expected: string,
  { state, since, ...rest }: DeployedFlow,
): ControlChange {
  const words = [rest.deployment, rest.flow];
  const body = JSON.stringify({ v: DEPLOYMENT_FORMAT, ...rest } satisfies Written);
  return { kind: DEPLOYMENT, id, expected, row: { state, since, words, body } };
}

export const withoutRow = ({ id, version }: DeployedRow): ControlChange => ({
  kind: DEPLOYMENT,
  id,
  expected: version,
});
