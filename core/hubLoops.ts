/** The loops of a hub but for those of its flows, and what they share. */
import { join } from 'node:path';
import { Booking } from './Booking.ts';
import { Deployment } from './deployment/Deployment.ts';
import { Patience } from './deployment/Patience.ts';
import type { Role } from './flow/hubConfig.ts';
import { HistoryLog } from './history/HistoryLog.ts';
import type { HubSetup } from './hubSetup.ts';
import { BatchSeal } from './intake/BatchSeal.ts';
import { PublishLanes } from './intake/PublishLanes.ts';
import type { IntakeParts } from './intake.ts';
import { BatchNumbers } from './producers/BatchNumbers.ts';
import { ProducerVoice } from './producers/ProducerVoice.ts';
import { newKey } from './runtime.ts';
import { SpoolFolder } from './spool/SpoolFolder.ts';
import { KeptStages } from './stages/KeptStages.ts';

export interface HubLoops {
  roles: readonly Role[];
  patience: Patience;
  history: HistoryLog;
  numbers: BatchNumbers;
  voice: ProducerVoice;
  spool: SpoolFolder;
  intake: IntakeParts;
  booking: Booking;
  deployment: Deployment;
  kept: KeptStages;
}

/** Of a hub that is no deployment of somebody, as in a test. */
const nobody = { name: 'hub', by: 'hub' };

export function hubLoops(setup: HubSetup): HubLoops {
  const { broker, store, runtime, checkCommand, config } = setup;
  const { deployment = nobody, firesSchedules = true } = setup;
  const { partitions } = config.apply;
  const patience = setup.patience ?? new Patience(runtime, false);
  const numbers = new BatchNumbers(runtime.newId());
  const seal = new BatchSeal(setup.sealKey ?? newKey());
  const spool = new SpoolFolder(join(config.dataFolder, 'spool'), runtime);
  return {
    ...{ patience, numbers, spool, roles: setup.roles ?? config.roles },
    history: new HistoryLog({ store, runtime, ...config.history }),
    voice: new ProducerVoice({ numbers, store, runtime }),
    intake: {
      broker,
      runtime,
      partitions,
      spool,
      seal,
      lanes: new PublishLanes({ broker, numbers }),
    },
    booking: new Booking({
      ...{ broker, store, runtime, checkCommand, seal, patience },
      ...{ policy: config.stock, partitions, keepMs: config.events.keepMs },
    }),
    deployment: new Deployment({
      ...{ broker, store, runtime, partitions, stays: firesSchedules },
      ...deployment,
    }),
    kept: new KeptStages(setup),
  };
}
