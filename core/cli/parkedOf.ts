import { limits } from '../limits.ts';
import type { IntakeReport, ParkedRecord } from '../message.ts';
import type { Books, Page } from '../ports.ts';

/** Pages that are looked through; a flow with more parked than that has other worries. */
const MAX_PAGES = 20;

/**
 * The first of what is parked of a payload, in the order of its records. A payload that came before
 * under the same name with the same faults is the same to a person, and its records are shown.
 */
export async function parkedOf(
  store: Books,
  { origin, parked }: IntakeReport,
  most: number,
): Promise<ParkedRecord[]> {
  if (parked === 0) return [];
  const found: ParkedRecord[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page: Page = { limit: limits.pageRows, ...(after === undefined ? {} : { after }) };
    const { rows, next } = await store.parked({ flow: origin.flow }, page);
    found.push(...rows.filter((row) => row.origin.name === origin.name));
    if (next === undefined) break;
    after = next;
  }
  return found.sort((a, b) => a.record - b.record).slice(0, most);
}
