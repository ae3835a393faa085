import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { checkScopes } from '../api/auth/claimsOf.ts';
import { sourcesOfFlows } from '../deployment/sourcesOfFlows.ts';
import type { Fault } from '../errors.ts';
import { formatFault, isStockbusError } from '../errors.ts';
import type { CompiledFlow } from '../flow/compiledFlow.ts';
import { goneSources } from '../flow/goneSources.ts';
import { goneStages } from '../flow/goneStages.ts';
import type { HubConfig } from '../flow/hubConfig.ts';
import type { LoadView } from '../flow/hubParts.ts';
import { AnswersOfCase } from '../flow/test/AnswersOfCase.ts';
import { lintSamples, type SampleParts } from '../flow/test/lintSamples.ts';
import { SampleClock } from '../flow/test/SampleClock.ts';
import { SampleWatch } from '../flow/test/SampleWatch.ts';
import { openBooks } from '../hub/openBooks.ts';
import { loadFolder } from '../hub/openHub.ts';
import { othersThan } from '../hub/othersThan.ts';
import { systemRuntime } from '../runtime.ts';
import { SpoolFolder } from '../spool/SpoolFolder.ts';
import type { CliCommand, Invocation } from './command.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { payloadFile } from './payloadFile.ts';
import { plural } from './plural.ts';

export const lint: CliCommand = {
  name: 'lint',
  about:
    'Checks config/hub.yaml and every flow, names all faults at once with their place, and tells what the payloads of tests show.',
  arguments: [],
  options: { format: jsonFormat },
  examples: ['stockbus lint', 'stockbus lint --config /etc/stockbus'],
  async run(invocation) {
    const { folder, env, terminal } = invocation;
    const clock = new SampleClock(systemRuntime());
    const answers = new AnswersOfCase(() => clock.runtime.now());
    const watched = { clock, answers, coverage: new SampleWatch() };
    const view: LoadView = { watch: watched.coverage, answers: answers.answers };
    const { flows, hints, config } = await loadFolder(folder, env, watched.clock.runtime, view);
    if (config.http.oidc) checkScopes(config.http.oidc);
    const gone = await goneFromBooks(folder, env, config, flows);
    const told = [...hints, ...gone, ...(await ofSamples(folder, env, { ...watched, flows }))];
    if (isJson(invocation)) {
      await sayJson(terminal, { flows: flows.map(({ name }) => name), hints: told });
      return 0;
    }
    terminal.out(told.map((hint) => `hint: ${formatFault(hint)}`));
    terminal.out([`${plural(flows.length, 'flow')} and the configuration are in order.`]);
    return 0;
  },
};

/** What the payloads of the tests beside flows show of them. */
async function ofSamples(
  folder: string,
  env: Invocation['env'],
  watched: Pick<SampleParts, 'clock' | 'coverage' | 'answers' | 'flows'>,
): Promise<Fault[]> {
  const { runtime } = watched.clock;
  const spoolPath = join(tmpdir(), `stockbus-lint-${runtime.newId()}`);
  try {
    return await lintSamples({
      ...{ folder, ...watched, spool: new SpoolFolder(spoolPath, runtime) },
      load: (view) => loadFolder(folder, env, runtime, view),
      async *payload(file) {
        const { payload } = await payloadFile(resolve(folder, file), 'lint', runtime.newId());
        yield* payload.body;
      },
    });
  } finally {
    await rm(spoolPath, { recursive: true, force: true });
  }
}

/** Only of books in a file: no check of flows waits for a server, and none makes anything. */
async function goneFromBooks(
  folder: string,
  env: Invocation['env'],
  config: HubConfig,
  flows: readonly CompiledFlow[],
): Promise<Fault[]> {
  if (!config.store.startsWith('file:')) return [];
  try {
    const open = await openBooks(folder, env);
    try {
      const { store } = open;
      const others = await othersThan(config, folder, store);
      const stages = goneStages(flows, others.stagesLeft(await store.stages()));
      const booked = others.sourcesLeft(await sourcesOfFlows(store));
      return [...goneSources(flows, booked), ...stages];
    } finally {
      await open.close();
    }
  } catch (error) {
    if (isStockbusError(error, 'DATA_FOLDER_MISSING')) return [];
    // What is wrong with the books is no fault of the flows, and no reason to be silent.
    if (isStockbusError(error)) return [error.fault];
    throw error;
  }
}
