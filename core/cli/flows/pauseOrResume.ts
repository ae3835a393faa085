import { flowPauses, pausableFlow, pauseFlow, resumeFlow } from '../../deployment/flowPauses.ts';
import { backendOf } from '../../hub/backendOf.ts';
import { loadFolder } from '../../hub/openHub.ts';
import { placeOfBooks } from '../../hub/placeOfBooks.ts';
import { systemRuntime } from '../../runtime.ts';
import { stores } from '../../storeKinds.ts';
import { cliActor } from '../cliActor.ts';
import { type Invocation, usageError } from '../command.ts';
import { isJson, sayJson } from '../jsonFormat.ts';

/** `stockbus flows pause|resume NAME`: in the store, where each hub looks. Resolves with the exit code. */
export async function pauseOrResume(
  invocation: Invocation,
  action: 'pause' | 'resume',
  name: string,
): Promise<number> {
  const { folder, env, options, terminal } = invocation;
  const { reason } = options;
  if (action === 'pause' && reason === undefined)
    throw usageError('--reason is missing', `write stockbus flows pause ${name} --reason TEXT`);
  const { flows, leftOut } = await loadFolder(folder, env, undefined, { soundOnly: true });
  const { storeAddress } = await placeOfBooks(folder, env);
  const runtime = systemRuntime();
  const store = await backendOf('store', stores, storeAddress).open(storeAddress, runtime);
  try {
    // One that is left out for its faults may be paused all the same; one that is gone is resumed.
    const isKnown = leftOut.some((one) => one.name === name);
    const isPaused = (await flowPauses(store)).some(({ flow }) => flow === name);
    if (!isKnown && !isPaused) pausableFlow(flows, name);
    const said =
      action === 'pause'
        ? await pauseFlow(store, runtime, { flow: name, by: cliActor(), reason: reason! })
        : await resumeFlow(store, runtime, name, cliActor());
    if (isJson(invocation)) await sayJson(terminal, { flow: name, action, pause: said ?? null });
    else if (!said) terminal.out([`${name} was not paused.`]);
    else {
      const about = `by ${said.by} since ${said.since}: ${said.reason}`;
      const what = action === 'pause' ? 'is paused' : 'is resumed; it was paused';
      terminal.out([`${name} ${what} ${about}`]);
    }
    return 0;
  } finally {
    await store.close();
  }
}
