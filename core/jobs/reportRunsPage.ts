/** Runs of reports, as people and programs see them. */
import { limits } from '../limits.ts';
import type { ControlBooks, ControlRow, Page, Paged } from '../ports.ts';
import { RUN, runFacts } from './RunStore.ts';

export const runStates = ['open', 'written', 'failed'] as const;

export interface RunFilter {
  flow?: string;
  state?: string;
}

export interface RunRow {
  flow: string;
  /** When it was due. */
  due: string;
  state: string;
  /** What was sent, or is. */
  sha256: string;
  bytes: string;
  writtenAt: string;
  attempts: string;
  code: string;
  message: string;
}

/** By when they were due; the last hundred of each report are kept. */
export async function reportRunsPage(
  books: ControlBooks,
  { flow, state }: RunFilter,
  page: Page = { limit: limits.pageRows },
): Promise<Paged<RunRow>> {
  const filter = {
    kind: RUN,
    ...(flow === undefined ? {} : { word: flow }),
    ...(state === undefined ? {} : { state }),
  };
  const { rows, ...rest } = await books.controlRows(filter, page);
  return { rows: rows.map(rowOf), ...rest };
}

function rowOf(row: ControlRow): RunRow {
  const { made, writtenAt = '', attempts, fault } = runFacts(row);
  const [flow = ''] = row.words;
  return {
    ...{ flow, due: row.since, state: row.state },
    ...{ sha256: made?.sha256 ?? '', bytes: made ? String(made.bytes) : '', writtenAt },
    ...{ attempts: String(attempts), code: fault?.code ?? '', message: fault?.message ?? '' },
  };
}
