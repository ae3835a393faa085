import { html } from 'htm/preact';
import { useRef } from 'preact/hooks';
import { Icon } from '../parts/Icon.ts';
import { change, useAddress } from '../state/address.ts';
import { hub } from '../state/hub.ts';
import { useStore } from '../state/Store.ts';
import { settings } from '../state/settings.ts';
import { t } from '../text/t.ts';
import { dayText } from '../text/timeText.ts';

const clocks = [
  ['asOf', 'clock.asOf', 'clock.asOfAbout'],
  ['knownAt', 'clock.knownAt', 'clock.knownAtAbout'],
] as const;

/** Both clocks of the books: which day is looked at, and with what was known by when. */
export const Clocks = () =>
  html`<div class="clocks">${clocks.map(([name, label, about]) => html`<${Clock} key=${name} name=${name} label=${t(label)} about=${t(about)} />`)}</div>`;

function Clock({ name, label, about }: { name: string; label: string; about: string }) {
  const { query } = useAddress();
  const { zone } = useStore(hub);
  const menu = useRef<HTMLDetailsElement>(null);
  const value = query[name];
  const shown = value ? dayText(value, zone, settings.value.language) : t('clock.now');
  const choose = (day: string | undefined): void => {
    change({ [name]: day });
    if (menu.current) menu.current.open = false;
  };
  return html`<details class="menu clock" ref=${menu}>
    <summary class=${value ? 'clock-set' : ''}><span class="muted">${label}</span> ${shown}<${Icon} name="down" /></summary>
    <div class="menu-body">
      <p class="muted">${about}</p>
      <label class="field">${t('clock.day')}<input type="date" value=${(value ?? '').slice(0, 10)} onChange=${(event: Event) => choose((event.target as HTMLInputElement).value)} /></label>
      ${value && html`<button type="button" onClick=${() => choose(undefined)}>${t('clock.backToNow')}</button>`}
    </div>
  </details>`;
}
