import { formatFault } from '../errors.ts';
import { mermaidOf } from '../flow/mermaidOf.ts';
import {
  type HubTopology,
  type TopologyEnd,
  type TopologyFlow,
  topologyOf,
} from '../flow/topology.ts';
import { loadFolder } from '../hub/openHub.ts';
import { type CliCommand, type Invocation, usageError } from './command.ts';
import { listFlows } from './flows/listFlows.ts';
import { pauseOrResume } from './flows/pauseOrResume.ts';
import { retireFlows } from './flows/retireFlows.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';

const actions = ['map', 'list', 'pause', 'resume', 'retire'] as const;
type FlowsAction = (typeof actions)[number];

export const flowsCommand: CliCommand = {
  name: 'flows',
  about:
    'Shows which connector feeds which flow to which messages, and who gets what of the books; lists what hubs run, beside one that runs or without; has a flow pause and go on, and retires what one that is gone has left.',
  arguments: [
    {
      name: actions.join('|'),
      about:
        'Show where flows take from and send to; list what hubs were given to run; have a flow do nothing until it is resumed; have it go on; end what one that is gone has left.',
      choices: actions,
      optional: true,
    },
    { name: 'NAME', about: 'Which flow.', optional: true },
  ],
  options: {
    keep: { about: 'Of retire: what waits stays where it is, and is told no more.' },
    drain: {
      about: 'Of retire: what waits goes to the dead letters, then its queues are removed.',
    },
    remove: { about: 'Of retire: its queues are removed, and what waits in them is lost.' },
    of: { value: 'DEPLOYMENT', about: 'Of retire: of a deployment that is no more.' },
    reason: { value: 'TEXT', about: 'Of pause: why; others see it.' },
    mermaid: { about: 'As a flowchart of Mermaid, to be drawn by GitHub or an editor.' },
    format: jsonFormat,
  },
  exitCodes: {
    1: 'some flow has a fault, and is left out',
    3: 'of list: some flow is paused, or gone; of retire: nothing is changed without a choice',
  },
  examples: [
    'stockbus flows',
    'stockbus flows --mermaid > flows.mmd',
    'stockbus flows pause erp-purchase-receipts --reason "prices are wrong"',
    'stockbus flows resume erp-purchase-receipts',
    'stockbus flows retire old-webshop --drain',
  ],
  async run(invocation) {
    const [action = 'map', name] = invocation.arguments as [FlowsAction?, string?];
    if (action === 'map' || action === 'list') {
      if (name !== undefined)
        throw usageError(`'${name}' is one argument too many`, `write stockbus flows ${action}`);
      return action === 'map' ? map(invocation) : listFlows(invocation);
    }
    if (name === undefined)
      throw usageError('NAME is missing', `write stockbus flows ${action} NAME`);
    if (action === 'retire') return retireFlows(invocation, name);
    return pauseOrResume(invocation, action, name);
  },
};

async function map(invocation: Invocation): Promise<number> {
  const { folder, env, terminal, options } = invocation;
  const {
    flows,
    config,
    broken = [],
  } = await loadFolder(folder, env, undefined, {
    soundOnly: true,
  });
  const topology = topologyOf(flows, config);
  terminal.err(broken.map(formatFault));
  if (isJson(invocation)) await sayJson(terminal, { ...topology, broken });
  else terminal.out(options.mermaid === undefined ? linesOf(topology) : mermaidOf(topology));
  return broken.length > 0 ? 1 : 0;
}

const titles: Readonly<Record<TopologyFlow['direction'], string>> = {
  inbound: 'Into the books',
  continued: 'Into the books, from other flows',
  subscription: 'Told of what is booked',
  report: 'Reports',
};

function linesOf({ flows, unused, unheard }: HubTopology): string[] {
  const sections = (Object.keys(titles) as TopologyFlow['direction'][]).flatMap((direction) => {
    const rows = flows.filter((flow) => flow.direction === direction).map(cellsOf);
    return rows.length === 0 ? [] : [titles[direction], ...aligned(rows.sort(byText)), ''];
  });
  return [
    ...(sections.length === 0 ? ['There is no flow.'] : sections),
    ...(unused.length > 0 ? [`Connectors that no flow names: ${unused.join(', ')}`] : []),
    ...(unheard.length > 0 ? [`Events that nobody is told: ${unheard.join(', ')}`] : []),
  ];
}

const cellsOf = ({ name, from, to, asks }: TopologyFlow): string[] => [
  from.map(inWords).join(', '),
  name,
  to.map(inWords).join(', ') + (asks.length > 0 ? `; asks ${asks.map(inWords).join(', ')}` : ''),
];

const inWords = ({ name, part }: TopologyEnd): string =>
  part === undefined ? name : `${name} ${part}`;

const byText = (one: string[], other: string[]): number => {
  const [left, right] = [one.join(' '), other.join(' ')];
  return left < right ? -1 : Number(left > right);
};

function aligned(rows: readonly string[][]): string[] {
  const widths = [0, 1].map((at) => Math.max(...rows.map((row) => row[at]!.length)));
  return rows.map(([from = '', flow = '', to = '']) => {
    return `  ${from.padEnd(widths[0]!)} → ${flow.padEnd(widths[1]!)} → ${to}`;
  });
}
