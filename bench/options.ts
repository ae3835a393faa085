/** What `npm run bench` may be told. */
import { parseArgs } from 'node:util';
import { retailSamples } from './samples.ts';

export const usage = `usage: npm run bench -- [options]
       npm run bench -- ledger [options]    the stock ledger; --help tells them
       npm run bench -- flows [options]     flows by themselves
       npm run bench -- files [options]     files over SFTP beside those of a folder
  --pair embedded|servers  only this pair; else the embedded one, and the servers where
                           STOCKBUS_TEST_BROKER and STOCKBUS_TEST_STORE name them
  --only NAME              only these rows: road, stocked, lines, latency, small, mix, late,
                           or history; may be repeated
  --peers DIR              runs Camel and Node by hand beside, as docs/performance.md says
  --samples DIR            daily files of Online Retail (default ${retailSamples})
  --files N                every Nth file of it (default 1 embedded, 3 on servers)
  --entries N              entries of the long ledger (default 1000000)
  --runs N                 runs whose median is printed (default 3); mix, late and history run once
  --profile                one run of the road, and the functions in which its time goes
`;

export const rowNames = [
  'road',
  'stocked',
  'lines',
  'latency',
  'small',
  'mix',
  'late',
  'history',
] as const;
export type RowName = (typeof rowNames)[number];

export interface BenchOptions {
  pair: 'embedded' | 'servers' | undefined;
  only: readonly RowName[];
  peers: string | undefined;
  samples: string;
  files: number | undefined;
  entries: number;
  runs: number;
  profile: boolean;
}

const MOST_RUNS = 50;

/** Throws an error whose message says what is wrong. */
export function readOptions(args: string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      pair: { type: 'string' },
      only: { type: 'string', multiple: true },
      peers: { type: 'string' },
      samples: { type: 'string' },
      files: { type: 'string' },
      entries: { type: 'string', default: '1000000' },
      runs: { type: 'string', default: '3' },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const { pair, peers, profile, only = rowNames, samples = retailSamples } = values;
  if (pair !== undefined && pair !== 'embedded' && pair !== 'servers') {
    throw new Error(`--pair is embedded or servers, not '${pair}'`);
  }
  const unknown = only.find((name) => !(rowNames as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`--only is ${rowNames.join(', ')}, not '${unknown}'`);
  return {
    ...{ pair, peers, samples, profile, only: only as readonly RowName[] },
    files: values.files === undefined ? undefined : countOf('files', values.files, 1, 1_000),
    entries: countOf('entries', values.entries, 20_000, 10_000_000),
    runs: countOf('runs', values.runs, 1, MOST_RUNS),
  };
}

function countOf(name: string, text: string, least: number, most: number): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= least && count <= most) return count;
  throw new Error(`--${name} is a number from ${least} to ${most}, not '${text}'`);
}
