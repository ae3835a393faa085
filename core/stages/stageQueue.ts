import { QUEUE_GENERATION } from '../intake/publishBatches.ts';

/** The queue before a stage, by its name among those of all flows: `SOURCE/await-orders`. */
export const stageQueue = (stage: string): string =>
  `stage.g${QUEUE_GENERATION}.${stage.replace('/', '.')}.p00`;
