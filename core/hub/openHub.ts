/** From a folder with config/ and flows/ to an open store or a hub on the pair that it names. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brokers, codecs, connectors, schemas, steps, stores } from '../catalog.ts';
import { type Fault, FaultList, isHint } from '../errors.ts';
import type { HubConfig, Role } from '../flow/hubConfig.ts';
import { loadConfig } from '../flow/loadConfig.ts';
import type { LoadedHub } from '../flow/loadHub.ts';
import { loadHub } from '../flow/loadHub.ts';
import type { Hub } from '../hub.ts';
import { createHub } from '../hub.ts';
import type { Books, Broker, Store } from '../ports.ts';
import { makePrivateFolder } from '../privateFiles.ts';
import type { Runtime } from '../runtime.ts';
import { systemRuntime } from '../runtime.ts';
import { backendOf } from './backendOf.ts';
import { guardDataFolder } from './guardDataFolder.ts';
import { umaskOf } from './umaskOf.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The folder meant by `--config DIR`: DIR itself, or the one around it when DIR is config/. */
export function hubFolder(workingFolder: string, wished = '.'): string {
  const folder = resolve(workingFolder, wished);
  const isConfig = existsSync(join(folder, 'hub.yaml')) && !existsSync(join(folder, 'config'));
  return isConfig ? resolve(folder, '..') : folder;
}

export const loadFolder = (
  folder: string,
  env: Env,
  runtime: Runtime = systemRuntime(),
): Promise<LoadedHub> => loadHub(folder, { env, codecs, steps, connectors, schemas, runtime });

export interface OpenBooks {
  config: HubConfig;
  store: Books;
  /** Where it lies, for who opens it once more. */
  storeAddress: string;
  close(): Promise<void>;
}

/**
 * Only the books, to read: for commands that look at the books, whether or not a hub is running, a flow
 * is in order or anything may be written. Throws what is wrong with the configuration, and
 * DATA_FOLDER_MISSING where there are no books, but for `orEmpty`.
 */
export async function openBooks(
  folder: string,
  env: Env,
  runtime: Runtime = systemRuntime(),
  choice = { orEmpty: false },
): Promise<OpenBooks> {
  const config = await configOf(folder, env);
  const storeAddress = addressOf(config.store, config.dataFolder);
  const kind = backendOf('store', stores, storeAddress);
  const store = await kind.openToRead(storeAddress, runtime, choice);
  return { config, store, storeAddress, close: () => store.close() };
}

async function configOf(folder: string, env: Env): Promise<HubConfig> {
  const faults: Fault[] = [];
  const config = await loadConfig(folder, env, connectors, faults);
  if (!config || !faults.every(isHint)) throw new FaultList(faults);
  return config;
}

export interface OpenHub extends LoadedHub {
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
  choice: { roles?: readonly Role[]; loaded?: LoadedHub; sealKey?: Uint8Array } = {},
): Promise<OpenHub> {
  const loaded = choice.loaded ?? (await loadFolder(folder, env, runtime));
  const { config, flows, checkCommand } = loaded;
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
  const { roles, sealKey } = choice;
  const hub = createHub({
    ...{ config, flows, checkCommand, broker, store, runtime },
    ...(roles ? { roles } : {}),
    ...(sealKey ? { sealKey } : {}),
  });
  const close = async (): Promise<void> => {
    await hub.stop();
    await broker.close();
    await store.close();
  };
  return { ...loaded, hub, broker, store, close, pair: `${brokerKind.name} and ${storeKind.name}` };
}

/** `file:` alone means the data folder; a relative path behind it lies inside. */
function addressOf(address: string, dataFolder: string): string {
  const path = /^file:(?:\/\/)?(?<path>.*)$/s.exec(address)?.groups?.path;
  return path === undefined ? address : `file:${resolve(dataFolder, path)}`;
}
