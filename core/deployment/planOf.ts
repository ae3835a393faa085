/** What is to be written of a deployment, beside what is known of it. Pure. */
import type { LoadedFlow } from '../flow/loadedFlow.ts';
import type { ControlChange } from '../ports.ts';
import {
  belongingsOf,
  COMMANDS,
  commandBelongings,
  type DeployedFlow,
  type DeployedRow,
  deploymentChange,
  type FlowBelongings,
  rowId,
  rowIdOfRest,
  withoutRow,
} from './deploymentRow.ts';
import { FlowClaims } from './FlowClaims.ts';

/**
 * How far what runs now counts. `whole`: what is not among it is gone. `known`: nobody knows that, for some file has faults.
 * `added`: of a hub that soon ends, beside one that may run other versions: nothing is changed that is known.
 */
export type PlanScope = 'whole' | 'known' | 'added';

export interface DeploymentPlan {
  changes: ControlChange[];
  /** Those that are to end. */
  subscriptions: FlowBelongings['subscriptions'];
  /** What is no longer there, and of which nobody said that it is to stay. */
  gone: DeployedRow[];
}

export function planOf(
  deployment: string,
  flows: readonly LoadedFlow[],
  rows: readonly DeployedRow[],
  about: PlanFacts,
): DeploymentPlan {
  return new Planning(deployment, rows, about).plan(flows);
}

interface PlanFacts {
  scope: PlanScope;
  by: string;
  now: string;
  /** Queues of commands. */
  partitions: number;
}

class Planning {
  readonly #deployment: string;
  readonly #about: PlanFacts;
  /** Those of others that are declared. */
  readonly #others: DeployedRow[];
  /** Those of which nothing has been planned yet. */
  readonly #own: Map<string, DeployedRow>;
  #claims = new FlowClaims([]);
  readonly #plan: DeploymentPlan = { changes: [], subscriptions: [], gone: [] };

  constructor(deployment: string, rows: readonly DeployedRow[], about: PlanFacts) {
    this.#deployment = deployment;
    this.#about = about;
    const own = rows.filter((row) => row.deployment === deployment);
    this.#own = new Map(own.map((row) => [row.id, row]));
    this.#others = rows.filter((row) => row.deployment !== deployment && row.state === 'declared');
  }

  plan(flows: readonly LoadedFlow[]): DeploymentPlan {
    const { scope } = this.#about;
    const declared = [...flows.map((one) => this.#declaredNow(one)), this.#commands()];
    const ids = new Set(declared.map(({ flow }) => rowId(this.#deployment, flow)));
    const stay = [...this.#own.values()].filter(({ id, state }) => {
      return scope !== 'whole' && state === 'declared' && !ids.has(id);
    });
    this.#claims = new FlowClaims([...declared, ...stay, ...this.#others]);
    for (const flow of declared) this.#declare(flow);
    if (scope === 'whole') for (const row of this.#own.values()) this.#end(row);
    return this.#plan;
  }

  #commands(): DeployedFlow {
    const { by, now, partitions } = this.#about;
    const about = { deployment: this.#deployment, flow: COMMANDS, file: 'config/hub.yaml' };
    const { since, by: setBy } = this.#own.get(rowId(this.#deployment, COMMANDS)) ?? {
      since: now,
      by,
    };
    const facts = {
      direction: 'inbound',
      digest: '',
      state: 'declared',
      since,
      by: setBy,
    } as const;
    return { ...about, ...facts, ...commandBelongings(partitions) };
  }

  #declaredNow({ flow, digest }: LoadedFlow): DeployedFlow {
    const before = this.#own.get(rowId(this.#deployment, flow.name));
    const isOld = before?.state === 'declared' && before.digest === digest;
    const { by, now } = this.#about;
    const { name, file, direction } = flow;
    const about = { deployment: this.#deployment, flow: name, file, direction, digest };
    const since = isOld ? { since: before.since, by: before.by } : { since: now, by };
    return { ...about, state: 'declared', ...belongingsOf(flow), ...since };
  }

  #declare(flow: DeployedFlow): void {
    const id = rowId(this.#deployment, flow.flow);
    const before = this.#own.get(id);
    this.#own.delete(id);
    const isChanged = !before || !isSame(before, flow);
    if (!isChanged || (this.#about.scope === 'added' && before?.state === 'declared')) return;
    this.#plan.changes.push(deploymentChange(id, before?.version ?? '', flow));
    if (before) this.#leave(before, flow);
  }

  /** What a flow had and has no more is gone, though the flow goes on. */
  #leave(before: DeployedRow, flow: DeployedFlow): void {
    const rest = this.#claims.left(before);
    this.#plan.subscriptions.push(...rest.subscriptions);
    if (isNothing(rest)) return;
    const id = rowIdOfRest(this.#deployment, flow.flow);
    const known = this.#own.get(id);
    this.#own.delete(id);
    const { by, now: since } = this.#about;
    const left = joined(rest, known && this.#claims.left(known));
    const { source: _, ...about } = flow;
    const row: DeployedFlow = { ...about, ...left, state: 'gone', since, by };
    this.#plan.changes.push(deploymentChange(id, known?.version ?? '', row));
    this.#plan.gone.push({ ...row, id, version: '' });
  }

  #end(row: DeployedRow): void {
    const { source: _, ...about } = row;
    const rest = this.#claims.left(row);
    this.#plan.subscriptions.push(...rest.subscriptions);
    const isElsewhere = this.#others.some(({ flow }) => flow === row.flow);
    if (isNothing(rest) && (row.direction !== 'report' || isElsewhere)) {
      this.#plan.changes.push(withoutRow(row));
      return;
    }
    const { by, now: since } = this.#about;
    const isNew = row.state === 'declared';
    const gone: DeployedRow = { ...about, ...rest };
    if (isNew) Object.assign(gone, { state: 'gone', since, by });
    const { id, version, ...facts } = gone;
    if (isNew || !isSame(about, gone))
      this.#plan.changes.push(deploymentChange(id, version, facts));
    if (gone.state === 'gone') this.#plan.gone.push(gone);
  }
}

const isNothing = ({ queues, stages }: FlowBelongings): boolean =>
  queues.length + stages.length === 0;

const joined = (one: FlowBelongings, other: FlowBelongings | undefined): FlowBelongings => ({
  queues: [...new Set([...one.queues, ...(other?.queues ?? [])])],
  subscriptions: [...one.subscriptions, ...(other?.subscriptions ?? [])],
  stages: [...new Set([...one.stages, ...(other?.stages ?? [])])],
});

/** Whoever wrote it, and whenever. */
const isSame = (one: DeployedFlow, other: DeployedFlow): boolean => textOf(one) === textOf(other);

const textOf = ({ state, file, digest, ...rest }: DeployedFlow): string => {
  const { queues, subscriptions, stages, source } = rest;
  return JSON.stringify([state, file, digest, queues, subscriptions, stages, source]);
};
