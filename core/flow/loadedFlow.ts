/** A flow as it was loaded, with what tells whether it is the same when it is loaded again. */
import { hash } from 'node:crypto';
import type { Fault } from '../errors.ts';
import type { CompiledFlow } from './compiledFlow.ts';
import type { HubConfig } from './hubConfig.ts';
import type { Fragment } from './usedFragments.ts';

/** What a flow was made of. */
export interface FlowMake {
  /** SHA-256 (hex) of its file, and of the fragments and tables that it names. Of no secret. */
  digest: string;
  /** What else: its connectors, and rules of config/hub.yaml. Equal where nothing of that has changed. */
  setup: unknown;
}

export interface LoadedFlow extends FlowMake {
  flow: CompiledFlow;
}

/** One that does not run, though its file is there. */
export interface LeftOutFlow {
  name: string;
  file: string;
  /** At least one. */
  faults: readonly Fault[];
}

export interface MakeSources {
  /** Texts of the files of flows. */
  texts: ReadonlyMap<string, string>;
  fragments: ReadonlyMap<string, Fragment>;
  /** Digests of the tables, by name. */
  tables: ReadonlyMap<string, string>;
  config: HubConfig;
}

/** By the names of the flows. Whatever a flow names counts, whether or not it is that thing which it means. */
export function makesOf(
  flows: readonly CompiledFlow[],
  sources: MakeSources,
): ReadonlyMap<string, FlowMake> {
  return new Map(flows.map((flow) => [flow.name, makeOf(flow, flows, sources)]));
}

function makeOf(
  flow: CompiledFlow,
  flows: readonly CompiledFlow[],
  { texts, fragments, tables, config }: MakeSources,
): FlowMake {
  const own = texts.get(flow.file) ?? '';
  const used = [...fragments].filter(([name]) => own.includes(name));
  const whole = [own, ...used.map((one) => JSON.stringify(one))].join('\n');
  const named = [...tables].filter(([name]) => whole.includes(name)).sort();
  const digest = hash('sha256', JSON.stringify([whole, named]), 'hex');
  const { rates: _, ...rules } = config.stock;
  const setup = {
    connectors: Object.entries(config.connectors).filter(([name]) => own.includes(name)),
    stock: flow.direction === 'report' ? config.stock : rules,
    beside: flow.direction === 'inbound' ? besideOf(flow, flows) : [],
  };
  return { digest, setup };
}

/** What is taken from the same place: a source tells what there is for nobody. */
const besideOf = (flow: CompiledFlow, flows: readonly CompiledFlow[]): unknown[] =>
  flows.flatMap((other) => {
    if (flow.direction !== 'inbound' || other.direction !== 'inbound') return [];
    const { connector } = flow.from;
    const isSame = connector !== undefined && other.from.connector === connector;
    return isSame ? [other.from.options] : [];
  });
