/** From a folder with config/ and flows/ to a hub on the pair that it names. */
import { HubAnswers } from '../answers/HubAnswers.ts';
import { codecs, connectors, schemas, steps } from '../catalog.ts';
import type { Patience } from '../deployment/Patience.ts';
import type { HubConfig, Role } from '../flow/hubConfig.ts';
import type { LoadView } from '../flow/hubParts.ts';
import type { LoadedHub } from '../flow/loadHub.ts';
import { loadHub } from '../flow/loadHub.ts';
import type { Hub } from '../hub.ts';
import { createHub } from '../hub.ts';
import { makePrivateFolder } from '../privateFiles.ts';
import type { Runtime } from '../runtime.ts';
import { systemRuntime } from '../runtime.ts';
import { addressOf } from './addressOf.ts';
import { deploymentName } from './deploymentName.ts';
import { guardDataFolder } from './guardDataFolder.ts';
import { type Backends, openBackends } from './openBackends.ts';
import { umaskOf } from './umaskOf.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Flows, and those who answer what their steps ask. */
export interface LoadedFolder extends LoadedHub {
  answers: HubAnswers;
}

export async function loadFolder(
  folder: string,
  env: Env,
  runtime: Runtime = systemRuntime(),
  view?: LoadView,
): Promise<LoadedFolder> {
  const answers = new HubAnswers(connectors, runtime);
  const parts = { env, codecs, steps, connectors, schemas, runtime, answers: answers.ports };
  return { ...(await loadHub(folder, view ? { ...parts, view } : parts)), answers };
}

export interface OpenHub extends LoadedFolder, Backends {
  hub: Hub;
  /** Stops the hub, then closes broker and store. */
  close(): Promise<void>;
}

/** A hub on broker and store, not yet started. */
export async function openHub(
  folder: string,
  env: Env,
  runtime: Runtime,
  choice: {
    roles?: readonly Role[];
    loaded?: LoadedFolder;
    sealKey?: Uint8Array;
    runsStages?: boolean;
    firesSchedules?: boolean;
    patience?: Patience;
    /** Who starts it. */
    by?: string;
  } = {},
): Promise<OpenHub> {
  const loaded = choice.loaded ?? (await loadFolder(folder, env, runtime));
  const { config, flows, makes, leftOut, checkCommand, forms, answers } = loaded;
  const addresses = addressesOf(config);
  const embedded = Object.values(addresses).some((address) => address.startsWith('file:'));
  if (embedded) makePrivateFolder(config.dataFolder, umaskOf(env));
  guardDataFolder(config.dataFolder, umaskOf(env), runtime.log);
  const { broker, store, pair } = await openBackends(addresses, runtime);
  const {
    roles,
    sealKey,
    runsStages = false,
    firesSchedules = true,
    patience,
    by = 'hub',
  } = choice;
  const deployment = { name: deploymentName(config, folder), by };
  answers.use(async () => ({ store, policy: config.stock }));
  const hub = createHub({
    ...{ config, flows, makes, leftOut, checkCommand, forms, broker, store, runtime },
    ...{ runsStages, firesSchedules, deployment },
    ...(patience ? { patience } : {}),
    ...(roles ? { roles } : {}),
    ...(sealKey ? { sealKey } : {}),
  });
  const close = async (): Promise<void> => {
    await hub.stop();
    answers.close();
    await broker.close();
    await store.close();
  };
  return { ...loaded, hub, broker, store, pair, close };
}

/** Of the pair that the configuration names. */
export const addressesOf = ({ broker, store, dataFolder }: HubConfig) => ({
  broker: addressOf(broker, dataFolder),
  store: addressOf(store, dataFolder),
});
