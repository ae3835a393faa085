import { html } from 'htm/preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { copyText } from '../parts/copyText.ts';
import { screens } from '../screens.ts';
import { go, to, useAddress } from '../state/address.ts';
import { announced } from '../state/announce.ts';
import { type Keys, useKeys } from '../state/keys.ts';
import { useStore } from '../state/Store.ts';
import { settings } from '../state/settings.ts';
import { useStatusAsked } from '../state/status.ts';
import { t } from '../text/t.ts';
import { Bar } from './Bar.ts';
import { ClockLine } from './ClockLine.ts';
import { KeysHelp } from './KeysHelp.ts';
import { Outlet } from './Outlet.ts';
import { Side } from './Side.ts';
import { Top } from './Top.ts';

/** What is around every screen; drawn anew in whole where the language changes. */
export function Frame() {
  const { language } = useStore(settings);
  const { path } = useAddress();
  const [isHelping, setHelping] = useState(false);
  useStatusAsked();
  useKeys({ ...goKeys(), '?': () => setHelping(true), c: copyLink });
  useTop(path);
  if (path === '/login')
    return html`<main id="content" class="alone"><${Outlet} key=${language} /></main>`;
  return html`<div class="frame" key=${language}>
    <a class="skip" href="#content" onClick=${skip}>${t('frame.skip')}</a>
    <${Top} onHelp=${() => setHelping(true)} />
    <${ClockLine} />
    <${Side} />
    <main id="content" tabindex="-1"><${Outlet} /></main>
    <${Bar} />
    <${Announcer} />
    ${isHelping && html`<${KeysHelp} onClose=${() => setHelping(false)} />`}
  </div>`;
}

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

const copyLink = (): void => void copyText(location.href, t('part.copiedLink'));

const goKeys = (): Keys =>
  Object.fromEntries(
    screens.filter(({ key }) => key).map(({ key, path }) => [`g ${key}`, () => go(to(path))]),
  );

/** Another screen begins at its top, with the focus there, as a page that was loaded would. */
function useTop(path: string): void {
  const last = useRef(path);
  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    const content = document.getElementById('content');
    content?.scrollTo(0, 0);
    content?.focus({ preventScroll: true });
  }, [path]);
}

function Announcer() {
  return html`<div class="announcer" role="status" aria-live="polite">${useStore(announced)}</div>`;
}
