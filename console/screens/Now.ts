import { html } from 'htm/preact';
import type { FlowMap, ParkedGroups } from '../../schemas/generated/api.d.ts';
import { useQuery } from '../api/useQuery.ts';
import { Icon } from '../parts/Icon.ts';
import { Page } from '../parts/Page.ts';
import { Problem } from '../parts/Problem.ts';
import { Skeleton } from '../parts/Skeleton.ts';
import { Time } from '../parts/Time.ts';
import { useKeys } from '../state/keys.ts';
import { useStore } from '../state/Store.ts';
import { useMay } from '../state/session.ts';
import { known } from '../state/status.ts';
import { t } from '../text/t.ts';
import { ComeIn } from './now/ComeIn.ts';
import { Todo } from './now/Todo.ts';
import { Told } from './now/Told.ts';
import { todosOf } from './now/todosOf.ts';

const EVERY_MS = 30_000;

/** What needs a person, worst first; below it what comes in and who is told. All well is one quiet line. */
export function Now() {
  const { status, problem, reload } = useStore(known);
  const mayRead = useMay('parked:read');
  const isParked = mayRead && status?.troubles.some(({ what }) => what === 'parked');
  const groups = useQuery<ParkedGroups>(isParked ? '/v1/parked/groups' : undefined);
  const map = useQuery<FlowMap>('/v1/flows/map', { everyMs: EVERY_MS });
  const todos = status && todosOf(status, groups.data?.rows ?? []);
  useKeys({ j: () => walk(1), k: () => walk(-1) });
  const checked =
    status &&
    html`<span class="muted small">${t('now.checked')} <${Time} at=${status.at} /></span>`;
  return html`<${Page} title=${t('now.title')} tools=${checked}>
    ${problem && html`<${Problem} problem=${problem} onAgain=${reload} />`}
    ${!todos && !problem && html`<${Skeleton} />`}
    ${todos?.length === 0 && html`<p class="now-well"><${Icon} name="check" tone="good" />${t('now.well')}</p>`}
    ${todos && todos.length > 0 && html`<ul class="todos" aria-label=${t('now.todo')}>${todos.map((todo) => html`<${Todo} key=${todo.key} todo=${todo} />`)}</ul>`}
    ${map.problem && !problem && html`<${Problem} problem=${map.problem} onAgain=${map.reload} />`}
    ${map.data && html`<div class="now-figures"><${ComeIn} flows=${map.data.flows} /><${Told} flows=${map.data.flows} /></div>`}
  <//>`;
}

/** From the action of one line to that of the next. */
function walk(step: number): void {
  const actions = [...document.querySelectorAll<HTMLElement>('.todo-action > *')];
  const at = actions.indexOf(document.activeElement as HTMLElement);
  actions[Math.min(Math.max(at + step, 0), actions.length - 1)]?.focus();
}
