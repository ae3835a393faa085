import { html } from 'htm/preact';
import { useRef } from 'preact/hooks';
import { Icon } from '../parts/Icon.ts';
import { go, to, useAddress } from '../state/address.ts';
import { useKeys } from '../state/keys.ts';
import { t } from '../text/t.ts';
import { Clocks } from './Clocks.ts';
import { HealthDot } from './HealthDot.ts';
import { Me } from './Me.ts';

export function Top({ onHelp }: { onHelp: () => void }) {
  return html`<header class="top">
    <a class="brand" href=${to('/')}><strong>Stockbus</strong></a>
    <${SearchBox} />
    <${Clocks} />
    <${HealthDot} />
    <${Me} onHelp=${onHelp} />
  </header>`;
}

/** One box for everything; `/` goes there from everywhere. */
function SearchBox() {
  const input = useRef<HTMLInputElement>(null);
  const { query } = useAddress();
  useKeys({ '/': () => input.current?.select() });
  const search = (event: SubmitEvent): void => {
    event.preventDefault();
    const q = input.current?.value.trim();
    if (q) go(to('/search', { q }));
  };
  return html`<form class="search-box" role="search" onSubmit=${search}>
    <${Icon} name="search" />
    <input ref=${input} type="search" name="q" value=${query.q ?? ''} key=${query.q} aria-label=${t('frame.search')} placeholder=${t('frame.searchHint')} autocomplete="off" autocapitalize="off" spellcheck="false" />
    <kbd aria-hidden="true">/</kbd>
  </form>`;
}
