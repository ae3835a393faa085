import { html } from 'htm/preact';
import type { HubStatus } from '../api/HubStatus.ts';
import { useQuery } from '../api/useQuery.ts';
import { Icon } from '../parts/Icon.ts';
import { Page } from '../parts/Page.ts';
import { Problem } from '../parts/Problem.ts';
import { Skeleton } from '../parts/Skeleton.ts';
import { Time } from '../parts/Time.ts';
import { useStore } from '../state/Store.ts';
import { known } from '../state/status.ts';
import { t } from '../text/t.ts';
import { Road } from './now/Road.ts';
import { Todo } from './now/Todo.ts';
import { type ParkedGroup, todosOf } from './now/todosOf.ts';

/** What needs a person, worst first; all well is one quiet line. */
export function Now() {
  const { status, problem, reload } = useStore(known);
  const parked = status?.parked?.length ? status.at : undefined;
  const { data: groups } = useQuery<{ rows: ParkedGroup[] }>(parked && '/v1/parked/groups');
  return html`<${Page} title=${t('now.title')} tools=${status && html`<span class="muted small">${t('now.looked')} <${Time} at=${status.at} /></span>`}>
    ${problem && html`<${Problem} problem=${problem} onAgain=${reload} />`}
    ${status ? html`<${Found} status=${status} groups=${groups?.rows ?? []} />` : !problem && html`<${Skeleton} />`}
  <//>`;
}

function Found({ status, groups }: { status: HubStatus; groups: readonly ParkedGroup[] }) {
  const todos = todosOf(status, groups);
  return html`
    ${
      todos.length === 0
        ? html`<p class="now-well"><${Icon} name="check" tone="good" />${t('now.well')}</p>`
        : html`<ul class="todos" aria-label=${t('now.todo')}>${todos.map((todo) => html`<${Todo} key=${todo.key} todo=${todo} />`)}</ul>`
    }
    <${Road} status=${status} />`;
}
