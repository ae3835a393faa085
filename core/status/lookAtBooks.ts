/** What the store says for a status. */
import { ENDPOINT, type EndpointState } from '../deliver/endpointRow.ts';
import { type DeployedRow, deployedRows } from '../deployment/deploymentRow.ts';
import { type FlowPause, flowPauses } from '../deployment/flowPauses.ts';
import { limits } from '../limits.ts';
import type { Backlog, Books, KeptStage } from '../ports.ts';
import { findGaps } from '../producers/findGaps.ts';
import { readProducers } from '../producers/readProducers.ts';
import { silentLog } from '../runtime.ts';

export interface BooksLook {
  backlog: Backlog;
  stages: readonly KeptStage[];
  /** Subscribers and other sinks that do not take what is sent. */
  endpoints: readonly AwayEndpoint[];
  paused: readonly FlowPause[];
  gone: readonly DeployedRow[];
  /** Runs of batches that were accepted and never came. */
  gaps: number;
}

export interface AwayEndpoint {
  endpoint: string;
  state: string;
  since: string;
}

const away: readonly EndpointState[] = ['paused', 'backing-off'];

export async function lookAtBooks(store: Books): Promise<BooksLook> {
  const [backlog, stages] = await Promise.all([store.backlog(), store.stages()]);
  const endpoints: AwayEndpoint[] = [];
  for (const state of away) {
    const { rows } = await store.controlRows({ kind: ENDPOINT, state }, { limit: limits.pageRows });
    for (const { id, since } of rows) endpoints.push({ endpoint: id, state, since });
  }
  const { words, seen } = await readProducers(store, silentLog);
  const paused = await flowPauses(store);
  const gone = (await deployedRows(store)).filter((row) => row.state === 'gone');
  return { backlog, stages, endpoints, paused, gone, gaps: findGaps(words, seen).gaps.length };
}
