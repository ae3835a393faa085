/** What has one cause, together: how many, since when, and when they came. */
import { type Times, timesOf, trendOf } from './trendOf.ts';

/** What a group is told by beside its cause. */
export interface GroupFacts extends Times {
  /** Why, in the words of the first of them. */
  message: string;
  count: number;
  /** When they came: how many in each part of the time in which all groups did. */
  trend: number[];
}

export class CauseGroups<Cause extends Readonly<Record<string, string>>> {
  readonly #groups = new Map<string, { cause: Cause; message: string; moments: string[] }>();

  add(cause: Cause, message: string, at: string): void {
    const key = JSON.stringify(cause);
    const group = this.#groups.get(key);
    if (group) group.moments.push(at);
    else this.#groups.set(key, { cause, message, moments: [at] });
  }

  /** By how many there are, most first. */
  list(): (Cause & GroupFacts)[] {
    const groups = [...this.#groups.values()].map((group) => ({
      ...group,
      span: timesOf(group.moments.map((at) => ({ first: at, last: at }))),
    }));
    const all = timesOf(groups.map(({ span }) => span));
    return groups
      .map(({ cause, message, moments, span }) => ({
        ...{ ...cause, message, count: moments.length, ...span },
        trend: trendOf(moments, all),
      }))
      .sort((one, other) => other.count - one.count);
  }
}
