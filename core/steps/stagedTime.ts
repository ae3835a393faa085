/** Times of the latest moment: all of a round are of one. */
const latest = { from: '', times: new Map<number, string>() };

/** A time of a stage, so much later. */
export function stagedTime(from: string, afterMs: number): string {
  if (latest.from !== from) {
    latest.from = from;
    latest.times.clear();
  }
  const known = latest.times.get(afterMs);
  if (known !== undefined) return known;
  const time = new Date(Date.parse(from) + afterMs).toISOString();
  latest.times.set(afterMs, time);
  return time;
}
