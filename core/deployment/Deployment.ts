/**
 * What a hub was given to run, kept in the store, so that it is known which queues, subscriptions and stages no flow has any
 * more: a broker need not be able to list them. Two hubs with other flows over one store are two deployments, each with a name
 * of its own; neither touches what the other declares.
 */
import { isStockbusError, StockbusError } from '../errors.ts';
import { goneSources } from '../flow/goneSources.ts';
import type { LoadedFlow } from '../flow/loadedFlow.ts';
import type { Books, Broker, ControlStore } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import {
  COMMANDS,
  type DeployedRow,
  deployedRows,
  rowIdOfRest,
  withoutRow,
} from './deploymentRow.ts';
import { FlowClaims } from './FlowClaims.ts';
import { type GoneFlow, goneFault, waitingIn } from './goneFlows.ts';
import { type PlanScope, planOf } from './planOf.ts';
import { sourcesOfFlows } from './sourcesOfFlows.ts';

export interface DeploymentParts {
  store: Books & ControlStore;
  broker: Pick<Broker, 'undeclare' | 'look' | 'remove'>;
  runtime: Pick<Runtime, 'newId' | 'log'>;
  /** Of this deployment. */
  name: string;
  /** Queues of commands. */
  partitions: number;
  /** Who started the hub. */
  by: string;
  /** One that soon ends may know other files than one that stays: it changes nothing that is known. */
  stays: boolean;
}

/** What runs; `isWhole`: no file of a flow is left out. */
interface RunningFlows {
  loaded: readonly LoadedFlow[];
  isWhole: boolean;
}

/** Others may change the same rows at the same moment: processes of one deployment start together. */
const ROUNDS = 10;

export class Deployment {
  readonly #parts: DeploymentParts;
  #others = new FlowClaims([]);

  constructor(parts: DeploymentParts) {
    this.#parts = parts;
  }

  /** What the other deployments over this store have, as it last was seen. */
  get others(): FlowClaims {
    return this.#others;
  }

  /**
   * Notes what runs from now on, once all of it has been declared. What was declared before and is there no more gets nothing more
   * of the events, and is told with what waits in it.
   */
  async note({ loaded, isWhole }: RunningFlows, by = this.#parts.by): Promise<void> {
    const { store, broker, runtime, stays } = this.#parts;
    const scope = stays ? (isWhole ? 'whole' : 'known') : 'added';
    const gone = await this.#written(loaded, by, scope);
    for (const one of await waitingIn(gone, broker, store)) {
      const { flow, since } = one;
      if (flow === COMMANDS && (await this.#isRemoved(one))) continue;
      runtime.log('warn', 'flow.gone', { flow, since, ...goneFault(one) });
    }
  }

  /** Queues of commands that are empty are nobody's loss. */
  async #isRemoved({ queues }: GoneFlow): Promise<boolean> {
    const { broker, store, runtime, name } = this.#parts;
    if (queues.some(({ waiting }) => waiting > 0)) return false;
    try {
      for (const { queue } of queues) await broker.remove(queue, { onlyEmpty: true });
    } catch (error) {
      // Another process of the deployment, which was not started anew yet, works with as many as there were.
      const codes = ['BROKER_QUEUE_IN_USE', 'BROKER_QUEUE_FILLED'] as const;
      if (codes.some((code) => isStockbusError(error, code))) return false;
      throw error;
    }
    const id = rowIdOfRest(name, COMMANDS);
    const row = (await deployedRows(store)).find((one) => one.id === id);
    if (row) await store.changeControl(runtime.newId(), [withoutRow(row)]);
    return true;
  }

  /** Sources that have booked and that no flow has, here or elsewhere; nobody knows them where a file is left out. */
  async tellSources({ loaded, isWhole }: RunningFlows): Promise<void> {
    if (!isWhole) return;
    const { store, runtime } = this.#parts;
    const flows = loaded.map(({ flow }) => flow);
    const booked = this.#others.sourcesLeft(await sourcesOfFlows(store));
    for (const fault of goneSources(flows, booked))
      runtime.log('warn', 'flow.source_gone', { ...fault });
  }

  async #written(
    flows: readonly LoadedFlow[],
    by: string,
    scope: PlanScope,
  ): Promise<DeployedRow[]> {
    const { store, broker, runtime, name, partitions } = this.#parts;
    for (let round = 0; round < ROUNDS; round += 1) {
      const rows = await deployedRows(store);
      this.#others = othersOf(rows, name);
      const plan = planOf(name, flows, rows, {
        scope,
        by,
        partitions,
        now: await store.serverTime(),
      });
      const { changes, subscriptions, gone } = plan;
      // First: what is forgotten here while it still is bound would fill for ever.
      if (subscriptions.length > 0) await broker.undeclare({ queues: [], subscriptions });
      const id = runtime.newId();
      if (changes.length === 0 || (await store.changeControl(id, changes)) === 'done') return gone;
    }
    const message = `others change the deployment '${name}' all the time`;
    throw new StockbusError('DEPLOYMENT_CHANGED', message);
  }
}

/** What deployments of another name have. */
export const othersOf = (rows: readonly DeployedRow[], name: string): FlowClaims =>
  new FlowClaims(rows.filter((row) => row.deployment !== name && row.state === 'declared'));
