/** A time of a stage, so much later. */
export const stagedTime = (from: string, afterMs: number): string =>
  new Date(Date.parse(from) + afterMs).toISOString();
