/** Where a draft takes its payloads from: a connector from which no other flow takes what it takes, or HTTP. */
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

/** By kind of connector, what a flow says of files like the sample. Of others, the sample does not tell what is asked for. */
const optionsOf: Readonly<Record<string, (pattern: string) => Record<string, string>>> = {
  folder: (pattern) => ({ pattern }),
  sftp: (pattern) => ({ pattern }),
  s3: (pattern) => ({ pattern }),
  mail: (attachments) => ({ senders: 'any', attachments }),
  webhooks: () => ({}),
};

/**
 * `wished`: a connector of the configuration, or http. Throws FLOW_PATTERN_OVERLAPS where another flow takes
 * such files from it; where none is wished, another folder or HTTP stands for it.
 */
export function draftFrom(
  sample: string,
  { connectors }: HubConfig,
  flows: readonly CompiledFlow[],
  wished: string | undefined,
): DraftedFrom {
  if (wished === 'http') return { from: 'http' };
  const pattern = patternOf(sample);
  const takerIn = (name: string): InboundFlow | undefined =>
    flows.find(
      (flow): flow is InboundFlow =>
        flow.direction === 'inbound' && overlaps(flow, connectors[name]!, pattern),
    );
  if (wished !== undefined) {
    const kind = kindOf(wished, connectors);
    const taker = takerIn(wished);
    if (taker) throw taken(pattern, `the ${kind} '${wished}'`, taker);
    return { from: fromOf(kind, wished, pattern), ...toDecide(kind, pattern) };
  }
  const folders = Object.keys(connectors).filter((name) => connectors[name]?.kind === 'folder');
  const given = new Set(flows.flatMap((flow) => connectorsTold(flow)));
  const usual = folders.filter((name) => !given.has(name));
  const free = usual.find((name) => !takerIn(name));
  const taker = usual[0] === undefined ? undefined : takerIn(usual[0]);
  const from = free === undefined ? 'http' : fromOf('folder', free, pattern);
  if (!taker) return { from, ...(free === undefined ? {} : toDecide('folder', pattern)) };
  const instead = free === undefined ? 'http' : `the folder ${free}`;
  const openFrom = `from: ${taker.name} takes '${pattern}' from the folder ${usual[0]}; ${instead} stands for it`;
  return { from, openFrom };
}

/** The kind of a connector from which a draft can take. */
function kindOf(wished: string, connectors: HubConfig['connectors']): string {
  const kind = connectors[wished]?.kind;
  if (kind !== undefined && optionsOf[kind]) return kind;
  const known = Object.keys(connectors).filter((name) => optionsOf[connectors[name]!.kind]);
  const todo = `known: ${[...known, 'http'].join(', ')}`;
  if (kind === undefined) throw usageError(`there is no connector '${wished}'`, todo);
  throw usageError(
    `the sample does not tell what the connector '${wished}' (${kind}) is asked for`,
    `draft it with --from http, then write \`from: { ${kind}: ${wished}, … }\` in the flow`,
  );
}

function fromOf(kind: string, name: string, pattern: string): string {
  const options = Object.entries(optionsOf[kind]!(pattern));
  const said = options.map(
    ([key, value]) => `, ${key}: ${key === 'senders' ? value : JSON.stringify(value)}`,
  );
  return `{ ${kind}: ${name}${said.join('')} }`;
}

function overlaps(
  flow: InboundFlow,
  { kind, config }: HubConfig['connectors'][string],
  pattern: string,
): boolean {
  const spec = kinds.find(({ name }) => name === kind)!;
  if (flow.from.spec !== spec || !spec.overlap) return false;
  const from = spec.from!.read(optionsOf[kind]!(pattern), [], () => undefined);
  const other = { config: flow.from.config, from: flow.from.options };
  return spec.overlap({ config, from }, other) !== undefined;
}

function taken(pattern: string, connector: string, { name, fromAt }: InboundFlow): StockbusError {
  const message = `'${pattern}' of ${connector} is taken by the flow ${name} (${formatPlace(fromAt)})`;
  const todo =
    'give the draft another connector by --from, or http, or call the sample as no file of that flow is called';
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

/** Who sends no sample tells; one whose name is a number says nothing of what is called like it, either. */
function toDecide(kind: string, pattern: string): { openFrom?: string } {
  if (kind === 'mail')
    return { openFrom: 'from: senders: any takes attachments of everybody; name the addresses' };
  if (kind === 'webhooks' || !/^\*(\.\w+)?$/.test(pattern)) return {};
  return {
    openFrom: `from: '${pattern}' takes every file of that end, since the name of the sample says no more`,
  };
}
