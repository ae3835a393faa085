import { html } from 'htm/preact';
import { Icon } from '../parts/Icon.ts';
import { useStore } from '../state/Store.ts';
import { session, signOut } from '../state/session.ts';
import { choose, settings } from '../state/settings.ts';
import { t } from '../text/t.ts';

/** Who is logged in, and what is theirs: language, appearance, keys. */
export function Me({ onHelp }: { onHelp: () => void }) {
  const { language, theme, keys } = useStore(settings);
  const actor = useStore(session)?.actor ?? '';
  return html`<details class="menu me">
    <summary class="icon-button" aria-label=${t('me.label')}><${Icon} name="me" /></summary>
    <div class="menu-body">
      <p class="me-name">${nameOf(actor)}</p>
      <label class="field">${t('me.language')}<select value=${language} onChange=${(event: Event) => choose({ language: chosen(event) as 'en' | 'de' })}><option value="en">English</option><option value="de">Deutsch</option></select></label>
      <label class="field">${t('me.theme')}<select value=${theme} onChange=${(event: Event) => choose({ theme: chosen(event) as 'system' })}>
        <option value="system">${t('me.themeSystem')}</option><option value="light">${t('me.themeLight')}</option><option value="dark">${t('me.themeDark')}</option></select></label>
      <label class="field-check"><input type="checkbox" checked=${keys} onChange=${(event: Event) => choose({ keys: (event.target as HTMLInputElement).checked })} />${t('me.keys')}</label>
      ${actor.startsWith(USER) && html`<button type="button" onClick=${signOut}>${t('me.signOut')}</button>`}
      <button type="button" class="quiet" onClick=${onHelp}>${t('me.keysHelp')}<kbd>?</kbd></button>
    </div>
  </details>`;
}

const USER = 'user:';
const nameOf = (actor: string): string =>
  actor.startsWith(USER) ? actor.slice(USER.length) : t('me.local');

const chosen = (event: Event): string => (event.target as HTMLSelectElement).value;
