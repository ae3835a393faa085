import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { HubConfig } from '../flow/hubConfig.ts';

/** As its hubs are told apart from others over the same store: what config/hub.yaml says, or the host and the folder. */
export const deploymentName = ({ name }: Pick<HubConfig, 'name'>, folder: string): string =>
  name ?? `${hostname()}:${resolve(folder)}`;
