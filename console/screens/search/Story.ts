import { html } from 'htm/preact';
import type { History } from '../../../schemas/generated/api.d.ts';
import { useQuery } from '../../api/useQuery.ts';
import { EmptyState } from '../../parts/EmptyState.ts';
import { Problem } from '../../parts/Problem.ts';
import { Skeleton } from '../../parts/Skeleton.ts';
import { Timeline } from '../../parts/Timeline.ts';
import { t } from '../../text/t.ts';
import { stopsOf } from './stopsOf.ts';

const EVERY_MS = 15_000;

/** What became of it, from the row of a file to the answer of a subscriber. */
export function Story({ name }: { name: string }) {
  const path = `/v1/history/${encodeURIComponent(name)}`;
  const { data, problem, isSlow, reload } = useQuery<History>(path, { everyMs: EVERY_MS });
  if (problem?.status === 404) {
    return html`<${EmptyState} icon="search" text=${t('search.nothing', { q: name })} />`;
  }
  if (problem && !data) return html`<${Problem} problem=${problem} onAgain=${reload} />`;
  if (!data) return isSlow ? html`<${Skeleton} />` : null;
  return html`<div class="story">
    ${data.isCut && html`<p class="muted">${t('search.cut')}</p>`}
    <${Timeline} stops=${stopsOf(data.lines)} label=${t('search.of', { key: name })} />
  </div>`;
}
