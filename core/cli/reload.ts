import type { ReloadReport } from '../deployment/ReloadReport.ts';
import { StockbusError } from '../errors.ts';
import type { HubConfig } from '../flow/hubConfig.ts';
import { placeOfBooks } from '../hub/placeOfBooks.ts';
import { ownAddress } from './apiOf.ts';
import { cliActor } from './cliActor.ts';
import type { CliCommand } from './command.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { plural } from './plural.ts';

interface SaidProblem {
  detail?: string;
  faults?: { message: string; at?: { file?: string; line?: number } }[];
}

export const reload: CliCommand = {
  name: 'reload',
  about:
    'Has the hub that runs read its flows, tables, rates, connectors and secrets anew, without an end: what is changed finishes its work in hand and goes on as it is written now. What has faults runs on as it was.',
  arguments: [],
  options: { format: jsonFormat },
  exitCodes: {
    0: 'the hub runs what stands in the folder',
    1: 'nothing is changed: no hub answers, or config/ has faults',
    3: 'some flows have faults and run on as they were, or do not run; or a setting needs a restart',
  },
  examples: ['stockbus reload'],
  async run(invocation) {
    const { folder, env, terminal } = invocation;
    const { config } = await placeOfBooks(folder, env);
    const report = await askReload(config);
    if (isJson(invocation)) await sayJson(terminal, report);
    else terminal.out(describe(report));
    const isPartly = report.flows.some(({ faults }) => faults.length > 0);
    return isPartly || report.needsRestart.length > 0 ? 3 : 0;
  },
};

async function askReload({ http }: HubConfig): Promise<ReloadReport> {
  const address = ownAddress(http);
  const headers = http.token === undefined ? {} : { authorization: `Bearer ${http.token}` };
  const body = JSON.stringify({ by: cliActor() });
  const request = { method: 'POST', headers, body };
  const answer = await fetch(`${address}/v1/reload`, request).catch(() => {
    throw new StockbusError('HUB_SILENT', `no hub answers at ${address}`);
  });
  const said = (await answer.json().catch(() => ({}))) as SaidProblem;
  if (answer.ok) return said as ReloadReport;
  const detail = said.detail ?? `the hub answers ${answer.status}`;
  throw new StockbusError('RELOAD_REFUSED', detail);
}

function describe({ flows, needsRestart }: ReloadReport): string[] {
  const changed = flows.filter(({ change }) => change !== 'unchanged');
  const same = flows.length - changed.length;
  return [
    ...changed.flatMap(({ flow, change, faults }) => [
      `${flow}: ${change === 'kept' ? 'runs on as it was' : change}`,
      ...faults.map((fault) => `  ${fault}`),
    ]),
    ...(same > 0 ? [`${plural(same, 'flow')} unchanged.`] : []),
    ...needsRestart.map((name) => `${name}: counts from the next start of the hub on`),
  ];
}
