import type { ParkedGroupRow, ParkedRow } from '../../../schemas/generated/api.d.ts';
import { type Pages, usePages } from '../../api/usePages.ts';
import { type Asking, useQuery } from '../../api/useQuery.ts';
import type { Target } from '../desk/workOver.ts';

export interface ParkedState {
  /** Records are listed, not causes. */
  isList: boolean;
  groups: Asking<{ rows: ParkedGroupRow[] }>;
  records: Pages<ParkedRow>;
  /** All that the filter finds, and nothing that comes after it was asked. */
  target: Target;
}

type Query = Readonly<Record<string, string>>;

/** What the address asks for: the same filters for both lists, and for the work on all. */
export function useParked(query: Query): ParkedState {
  const { flow, code, field, name, find, state = 'waiting' } = query;
  const filter = { flow, code, field, name, find, state };
  const isList = Boolean(code || field || name || find || query.state);
  const groups = useQuery<{ rows: ParkedGroupRow[] }>('/v1/parked/groups', { query: filter });
  const records = usePages<ParkedRow>(isList ? '/v1/parked' : undefined, filter);
  const rows = groups.data?.rows ?? [];
  const count = rows.reduce((sum, group) => sum + Number(group.count), 0);
  const last = rows
    .map((group) => group.last)
    .sort()
    .at(-1);
  const until = last && new Date(Date.parse(last) + 1).toISOString();
  return { isList, groups, records, target: { of: 'parked', count, filter: { ...filter, until } } };
}
