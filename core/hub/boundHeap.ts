import { setFlagsFromString } from 'node:v8';

/** Young generation of a thread: three semi-spaces of 8 MiB; batches die there or are few. */
export const YOUNG_GENERATION_MB = 24;

/**
 * Keeps the process small. V8 lets a heap grow to several times what is alive in it before it looks
 * for garbage, which on a machine with much memory means hundreds of megabytes for a hub that needs
 * thirty. With this it looks when the heap has grown by seven tenths, or as told, which costs some processor time.
 */
export function boundHeap(growthPercent = 70): void {
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
}
