import { connectors } from '../connectorKinds.ts';
import { type Fault, FaultList, isHint } from '../errors.ts';
import type { HubConfig } from '../flow/hubConfig.ts';
import { loadConfig } from '../flow/loadConfig.ts';
import { addressOf } from './addressOf.ts';

export interface PlaceOfBooks {
  config: HubConfig;
  storeAddress: string;
}

/** Where the books of a folder with config/ are to be. Throws what is wrong with the configuration. */
export async function placeOfBooks(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<PlaceOfBooks> {
  const faults: Fault[] = [];
  const config = await loadConfig(folder, env, connectors, faults);
  if (!config || !faults.every(isHint)) throw new FaultList(faults);
  return { config, storeAddress: addressOf(config.store, config.dataFolder) };
}
