import { useState } from 'preact/hooks';
import { type ApiProblem, ask, urlOf } from './client.ts';
import { type Asking, useQuery } from './useQuery.ts';

export interface PageOf<Row> {
  rows: Row[];
  next?: string;
}

export interface Pages<Row> extends Omit<Asking<PageOf<Row>>, 'data'> {
  rows: Row[] | undefined;
  /** What the first page says beside its rows. */
  first: PageOf<Row> | undefined;
  /** Undefined where all rows are there. */
  more: (() => Promise<void>) | undefined;
}

/** What came behind the first page; it goes when the first is asked anew. */
interface Behind<Row> {
  of: PageOf<Row> | undefined;
  rows: Row[];
  next?: string | undefined;
  problem?: ApiProblem | undefined;
}

export const ROWS_OF_PAGE = 50;

/** A list page by page: by the key of its last row, so that no list is too long. */
export function usePages<Row>(
  path: string | undefined,
  query: Readonly<Record<string, string | undefined>> = {},
  options: { everyMs?: number } = {},
): Pages<Row> {
  const asked = { limit: String(ROWS_OF_PAGE), ...query };
  const { data: first, ...rest } = useQuery<PageOf<Row>>(path, { ...options, query: asked });
  const [kept, setKept] = useState<Behind<Row>>({ of: undefined, rows: [] });
  const behind = kept.of === first ? kept : { of: first, rows: [], next: first?.next };
  const { next } = behind;
  const more = async (): Promise<void> => {
    const { data, problem } = await ask<PageOf<Row>>(urlOf(path!, { ...asked, after: next }));
    if (data) setKept({ of: first, rows: [...behind.rows, ...data.rows], next: data.next });
    else setKept({ ...behind, problem });
  };
  return {
    ...rest,
    problem: behind.problem ?? rest.problem,
    rows: first && [...first.rows, ...behind.rows],
    first,
    more: next === undefined ? undefined : more,
  };
}
