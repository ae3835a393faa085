/** From a folder with config/ and flows/ to a hub on the pair that it names. */
import { HubAnswers } from '../answers/HubAnswers.ts';
import { brokers, codecs, connectors, schemas, steps, stores } from '../catalog.ts';
import type { Role } from '../flow/hubConfig.ts';
import type { LoadView } from '../flow/hubParts.ts';
import type { LoadedHub } from '../flow/loadHub.ts';
import { loadHub } from '../flow/loadHub.ts';
import type { Hub } from '../hub.ts';
import { createHub } from '../hub.ts';
import type { Broker, Store } from '../ports.ts';
import { makePrivateFolder } from '../privateFiles.ts';
import type { Runtime } from '../runtime.ts';
import { systemRuntime } from '../runtime.ts';
import { addressOf } from './addressOf.ts';
import { backendOf } from './backendOf.ts';
import { guardDataFolder } from './guardDataFolder.ts';
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

export interface OpenHub extends LoadedFolder {
  hub: Hub;
  broker: Broker;
  store: Store;
  /** The pair it runs on, for people: `rabbitmq and mongodb`. */
  pair: string;
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
  } = {},
): Promise<OpenHub> {
  const loaded = choice.loaded ?? (await loadFolder(folder, env, runtime));
  const { config, flows, checkCommand, answers } = loaded;
  const brokerAddress = addressOf(config.broker, config.dataFolder);
  const storeAddress = addressOf(config.store, config.dataFolder);
  const embedded = [brokerAddress, storeAddress].some((address) => address.startsWith('file:'));
  if (embedded) makePrivateFolder(config.dataFolder, umaskOf(env));
  guardDataFolder(config.dataFolder, umaskOf(env), runtime.log);
  const brokerKind = backendOf('broker', brokers, brokerAddress);
  const storeKind = backendOf('store', stores, storeAddress);
  const store = await storeKind.open(storeAddress, runtime);
  let broker: Broker;
  try {
    broker = await brokerKind.open(brokerAddress, runtime);
  } catch (error) {
    await store.close();
    throw error;
  }
  const { roles, sealKey, runsStages = false } = choice;
  answers.use(async () => ({ store, policy: config.stock }));
  const hub = createHub({
    ...{ config, flows, checkCommand, broker, store, runtime },
    runsStages,
    ...(roles ? { roles } : {}),
    ...(sealKey ? { sealKey } : {}),
  });
  const close = async (): Promise<void> => {
    await hub.stop();
    answers.close();
    await broker.close();
    await store.close();
  };
  return { ...loaded, hub, broker, store, close, pair: `${brokerKind.name} and ${storeKind.name}` };
}
