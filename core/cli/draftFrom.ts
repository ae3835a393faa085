/** Where a draft takes its payloads from: a folder in which no other flow takes what it takes, or HTTP. */
import { extname } from 'node:path';
import { connectors as kinds } from '../catalog.ts';
import { formatPlace, StockbusError } from '../errors.ts';
import type { CompiledFlow, InboundFlow } from '../flow/compiledFlow.ts';
import type { HubConfig } from '../flow/hubConfig.ts';
import { connectorsTold } from '../flow/topology.ts';
import { usageError } from './command.ts';

export interface DraftedFrom {
  /** As a flow says it. */
  from: string;
  /** What is to be decided about it. */
  openFrom?: string;
}

/**
 * `wished`: a folder of the configuration, or http. Throws FLOW_PATTERN_OVERLAPS where another flow takes
 * such files from that folder; where none is wished, another folder or HTTP stands for it.
 */
export function draftFrom(
  sample: string,
  { connectors }: HubConfig,
  flows: readonly CompiledFlow[],
  wished: string | undefined,
): DraftedFrom {
  if (wished === 'http') return { from: 'http' };
  const folders = Object.keys(connectors).filter((name) => connectors[name]?.kind === 'folder');
  if (wished !== undefined && !folders.includes(wished))
    throw usageError(`there is no folder '${wished}'`, `known: ${[...folders, 'http'].join(', ')}`);
  const pattern = patternOf(sample);
  const takerIn = (name: string): InboundFlow | undefined =>
    flows.find(
      (flow): flow is InboundFlow =>
        flow.direction === 'inbound' && overlaps(flow, connectors[name]?.config, pattern),
    );
  const inFolder = (name: string) => `{ folder: ${name}, pattern: ${JSON.stringify(pattern)} }`;
  if (wished !== undefined) {
    const taker = takerIn(wished);
    if (taker) throw taken(pattern, wished, taker);
    return { from: inFolder(wished), ...wide(pattern) };
  }
  const given = new Set(flows.flatMap((flow) => connectorsTold(flow)));
  const usual = folders.filter((name) => !given.has(name));
  const free = usual.find((name) => !takerIn(name));
  const taker = usual[0] === undefined ? undefined : takerIn(usual[0]);
  const from = free === undefined ? 'http' : inFolder(free);
  if (!taker) return { from, ...(free === undefined ? {} : wide(pattern)) };
  const instead = free === undefined ? 'http' : `the folder ${free}`;
  const openFrom = `from: ${taker.name} takes '${pattern}' from the folder ${usual[0]}; ${instead} stands for it`;
  return { from, openFrom };
}

function overlaps(flow: InboundFlow, config: unknown, pattern: string): boolean {
  const spec = kinds.find(({ name }) => name === 'folder')!;
  if (flow.from.spec !== spec) return false;
  const from = spec.from!.read({ pattern }, [], () => undefined);
  const other = { config: flow.from.config, from: flow.from.options };
  return spec.overlap!({ config, from }, other) !== undefined;
}

function taken(pattern: string, folder: string, { name, fromAt }: InboundFlow): StockbusError {
  const message = `'${pattern}' of the folder '${folder}' is taken by the flow ${name} (${formatPlace(fromAt)})`;
  const todo =
    'give the draft another folder by --from, or http, or call the sample as no file of that flow is called';
  return new StockbusError('FLOW_PATTERN_OVERLAPS', message, undefined, { todo });
}

/** What differs from file to file is any run; what a pattern would read as its own stands for itself. */
function patternOf(sample: string): string {
  const end = extname(sample);
  const stem = sample
    .slice(0, sample.length - end.length)
    .replace(/[[{*?]/g, (mark) => (mark === '[' || mark === '{' ? `[${mark}]` : '?'))
    .replace(/\d[\d_.-]*/g, '*');
  return stem.includes('*') ? `${stem}${end}` : `${stem}*${end}`;
}

/** A sample whose name is a number says nothing of its sender. */
function wide(pattern: string): { openFrom?: string } {
  if (!/^\*(\.\w+)?$/.test(pattern)) return {};
  return {
    openFrom: `from: '${pattern}' takes every file of that end, since the name of the sample says no more`,
  };
}
