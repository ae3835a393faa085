/** When something began that is so many seconds old. */
export const timeBefore = (at: string, seconds: number): string =>
  new Date(Date.parse(at) - seconds * 1000).toISOString();
