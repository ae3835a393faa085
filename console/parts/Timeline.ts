import { html } from 'htm/preact';
import type { ComponentChildren } from 'preact';
import { t } from '../text/t.ts';
import { Icon, type IconName } from './Icon.ts';
import { Time } from './Time.ts';

export interface Stop {
  key: string;
  at: string;
  icon: IconName;
  /** `bad` and `warn` for what waits or failed: always with its words. */
  tone?: 'bad' | 'warn' | 'good' | 'info';
  title: ComponentChildren;
  /** Who did it. */
  actor?: string;
  text?: ComponentChildren;
  /** Behind a fold: the payload. */
  fold?: ComponentChildren;
  foldTitle?: string;
}

/** One vertical line from the first thing that happened to the last. */
export function Timeline({ stops, label }: { stops: readonly Stop[]; label: string }) {
  return html`<ol class="timeline" aria-label=${label}>
    ${stops.map(
      ({
        key,
        at,
        icon,
        tone,
        title,
        actor,
        text,
        fold,
        foldTitle,
      }) => html`<li key=${key} class=${tone ? `stop tone-${tone}` : 'stop'}>
        <span class="stop-mark"><${Icon} name=${icon} tone=${tone} /></span>
        <div class="stop-body">
          <div class="stop-head"><span class="stop-title">${title}</span><span class="stop-when">${actor && html`<span>${actor}</span> · `}<${Time} at=${at} /></span></div>
          ${text && html`<div class="stop-text">${text}</div>`}
          ${fold && html`<details class="fold"><summary>${foldTitle ?? t('part.payload')}</summary>${fold}</details>`}
        </div>
      </li>`,
    )}
  </ol>`;
}
