/** What `npm run bench` may be told. */
import { parseArgs } from 'node:util';
import { retailSamples } from './samples.ts';

export const usage = `usage: npm run bench -- [options]
       npm run bench -- ledger [options]    the stock ledger; --help tells them
  --pair embedded|servers  only this pair; else the embedded one, and the servers where
                           STOCKBUS_TEST_BROKER and STOCKBUS_TEST_STORE name them
  --samples DIR            daily files of Online Retail (default ${retailSamples})
  --runs N                 runs whose median is printed (default 3)
  --no-latency             leaves the latency out, which takes longest
  --profile                one run of the road, and the functions in which its time goes
`;

export interface BenchOptions {
  pair: 'embedded' | 'servers' | undefined;
  samples: string;
  runs: number;
  latency: boolean;
  profile: boolean;
}

const MOST_RUNS = 50;

/** Throws an error whose message says what is wrong. */
export function readOptions(args: string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      pair: { type: 'string' },
      samples: { type: 'string' },
      runs: { type: 'string', default: '3' },
      latency: { type: 'boolean', default: true },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
    allowNegative: true,
  });
  if (values.help) return 'help';
  const { pair, latency, profile, samples = retailSamples } = values;
  if (pair !== undefined && pair !== 'embedded' && pair !== 'servers') {
    throw new Error(`--pair is embedded or servers, not '${pair}'`);
  }
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1 || runs > MOST_RUNS) {
    throw new Error(`--runs is a number from 1 to ${MOST_RUNS}, not '${values.runs}'`);
  }
  return { pair, samples, runs, latency, profile };
}
