import { html } from 'htm/preact';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { hub } from '../state/hub.ts';
import { useStore } from '../state/Store.ts';
import { settings } from '../state/settings.ts';
import { t } from '../text/t.ts';
import { dayText } from '../text/timeText.ts';
import { Icon, type IconName } from './Icon.ts';
import { Time } from './Time.ts';

export interface Stop {
  key: string;
  at: string;
  icon: IconName;
  /** `bad` and `warn` for what waits or failed: always with its words. */
  tone?: 'bad' | 'warn' | 'good' | 'info';
  title: ComponentChildren;
  /** Who did it; said once where the stops below have the same. */
  actor?: string;
  text?: ComponentChildren;
  /** Behind a fold: the payload. */
  fold?: ComponentChildren;
  foldTitle?: string;
}

/** One vertical line from the first thing that happened to the last, by days of the hub. */
export function Timeline({ stops, label }: { stops: readonly Stop[]; label: string }) {
  const { zone } = useStore(hub);
  const days = stops.map(({ at }) => dayText(at, zone, settings.value.language));
  return html`<ol class="timeline" aria-label=${label}>
    ${stops.map((stop, index) => {
      const before = stops[index - 1];
      const day = days[index] === days[index - 1] ? undefined : days[index];
      const actor = stop.actor === before?.actor ? undefined : stop.actor;
      return html`<${Line} key=${stop.key} stop=${stop} day=${day} actor=${actor} />`;
    })}
  </ol>`;
}

function Line({ stop, day, actor }: { stop: Stop; day?: string; actor?: string }) {
  const { at, icon, tone, title, text, fold, foldTitle = t('part.payload') } = stop;
  const [isOpen, setOpen] = useState(false);
  const toggle = (): void => setOpen(!isOpen);
  return html`<li class=${tone ? `stop tone-${tone}` : 'stop'}>
    ${day && html`<div class="stop-day">${day}</div>`}
    <span class="stop-mark"><${Icon} name=${icon} tone=${tone} /></span>
    <div class="stop-body">
      <div class="stop-head"><span class="stop-title">${title}</span><span class="stop-when">${actor && html`<span>${actor}</span> · `}<${Time} at=${at} as=${tone === 'bad' ? 'relative' : 'clock'} /></span></div>
      ${(text || fold) && html`<div class="stop-text">${text}${fold && html`<button type="button" class=${text ? 'unfold' : 'unfold only'} aria-expanded=${isOpen} onClick=${toggle}><${Icon} name=${isOpen ? 'down' : 'right'} />${foldTitle}</button>`}</div>`}
      ${isOpen && html`<div class="stop-fold">${fold}</div>`}
    </div>
  </li>`;
}
