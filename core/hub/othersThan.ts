import { othersOf } from '../deployment/Deployment.ts';
import { deployedRows } from '../deployment/deploymentRow.ts';
import type { FlowClaims } from '../deployment/FlowClaims.ts';
import type { HubConfig } from '../flow/hubConfig.ts';
import type { Books } from '../ports.ts';
import { deploymentName } from './deploymentName.ts';

/** What other deployments than that of this folder have over the same store. */
export const othersThan = async (
  config: Pick<HubConfig, 'name'>,
  folder: string,
  store: Pick<Books, 'controlRows'>,
): Promise<FlowClaims> => othersOf(await deployedRows(store), deploymentName(config, folder));
