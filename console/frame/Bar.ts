import { html } from 'htm/preact';
import { useRef } from 'preact/hooks';
import { Icon } from '../parts/Icon.ts';
import { t } from '../text/t.ts';
import { Entry } from './Side.ts';
import { useScreens } from './useScreens.ts';

const IN_BAR = 4;

/** On a phone: four screens under the thumb, the others behind "more". */
export function Bar() {
  const menu = useRef<HTMLDetailsElement>(null);
  const screens = useScreens();
  const first = screens.filter(({ inBar }) => inBar).slice(0, IN_BAR);
  const others = screens.filter((screen) => !first.includes(screen));
  const close = (): void => {
    if (menu.current) menu.current.open = false;
  };
  return html`<nav class="bar" aria-label=${t('nav.label')}>
    ${first.map((screen) => html`<${Entry} key=${screen.path} screen=${screen} />`)}
    ${
      others.length > 0 &&
      html`<details class="bar-more" ref=${menu}><summary class="entry"><${Icon} name="more" /><span class="entry-name">${t('nav.more')}</span></summary>
      <div class="bar-menu">${others.map((screen) => html`<${Entry} key=${screen.path} screen=${screen} onGo=${close} />`)}</div>
    </details>`
    }
  </nav>`;
}
