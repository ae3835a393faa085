import { type GoneFlow, waitingIn } from '../../deployment/goneFlows.ts';
import {
  type LeftFlow,
  leftOf,
  type RetireChoice,
  type RetiredFlow,
  retireChoices,
  retireFlow,
} from '../../deployment/retireFlow.ts';
import { type Backends, openBackends } from '../../hub/openBackends.ts';
import { addressesOf } from '../../hub/openHub.ts';
import { placeOfBooks } from '../../hub/placeOfBooks.ts';
import { type Runtime, systemRuntime } from '../../runtime.ts';
import { cliActor } from '../cliActor.ts';
import { type Invocation, usageError } from '../command.ts';
import { isJson, sayJson } from '../jsonFormat.ts';

/** `stockbus flows retire NAME`: without a choice it shows what is left, and changes nothing. Resolves with the exit code. */
export async function retireFlows(invocation: Invocation, name: string): Promise<number> {
  const { folder, env, options, terminal } = invocation;
  const choices = retireChoices.filter((choice) => options[choice] !== undefined);
  if (choices.length > 1)
    throw usageError(`--${choices.join(' and --')} exclude each other`, 'write one of them');
  const { config } = await placeOfBooks(folder, env);
  const runtime = systemRuntime();
  const backends = await openBackends(addressesOf(config), runtime);
  try {
    const left = await leftOf(backends.store, name, options.of);
    const done = await decided(backends, runtime, left, choices[0]);
    if (isJson(invocation)) await sayJson(terminal, { flow: name, left: done });
    else terminal.out([...done.flatMap(linesOf), ...(choices[0] ? [] : [WHAT_NOW])]);
    return choices[0] ? 0 : 3;
  } finally {
    await backends.broker.close();
    await backends.store.close();
  }
}

const WHAT_NOW =
  'Say what is to become of it: --keep (it stays, and is told no more), --drain (what waits goes to the dead letters) or --remove (what waits is lost).';

async function decided(
  { broker, store }: Backends,
  runtime: Runtime,
  left: readonly LeftFlow[],
  choice: RetireChoice | undefined,
): Promise<(GoneFlow & Partial<RetiredFlow>)[]> {
  if (!choice)
    return waitingIn(
      left.map(({ row }) => row),
      broker,
      store,
    );
  const done: RetiredFlow[] = [];
  for (const one of left)
    done.push(await retireFlow({ broker, store, runtime }, one, { choice, by: cliActor() }));
  return done;
}

const words: Readonly<Record<RetireChoice, string>> = {
  keep: 'kept',
  drain: 'removed; what waited is among the dead letters (stockbus dead list)',
  remove: 'removed, with what waited',
};

function linesOf({
  flow,
  deployment,
  state,
  since,
  by,
  queues,
  stages,
  became,
}: GoneFlow & Partial<RetiredFlow>): string[] {
  const now = became ? words[became] : `${state} since ${since} by ${by}`;
  return [
    `${flow} (deployment ${deployment}): ${now}`,
    ...queues.map(({ queue, waiting }) => `  queue ${queue}: ${waiting} waiting`),
    ...stages.map(({ stage, waiting }) => `  step ${stage}: ${waiting} waiting`),
  ];
}
