import { isStockbusError } from '../errors.ts';
import { type LoadedFolder, type OpenHub, openHub } from '../hub/openHub.ts';
import type { Runtime } from '../runtime.ts';
import { cliActor } from './cliActor.ts';
import type { Invocation } from './command.ts';

/** In this process where nobody else works on the data folder; else the hub that does books it. */
export async function openForRun(
  { folder, env, terminal }: Invocation,
  loaded: LoadedFolder,
  runtime: Runtime,
): Promise<{ open: OpenHub; alone: boolean }> {
  const alone = await openHub(folder, env, runtime, {
    loaded,
    roles: ['apply', 'relay', 'deliver'],
    runsStages: true,
    firesSchedules: false,
    by: cliActor(),
  });
  try {
    await alone.hub.start();
    return { open: alone, alone: true };
  } catch (error) {
    await alone.close();
    if (!isStockbusError(error, 'DATA_FOLDER_BUSY')) throw error;
  }
  terminal.err(['Another hub works on this data folder: it books what is read here.']);
  const beside = await openHub(folder, env, runtime, {
    ...{ loaded, roles: [], firesSchedules: false, by: cliActor() },
  });
  try {
    await beside.hub.start();
  } catch (error) {
    await beside.close();
    throw error;
  }
  return { open: beside, alone: false };
}
