import { html } from 'htm/preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../text/t.ts';
import { useScreens } from './useScreens.ts';

/** All keys, by `?`. */
export function KeysHelp({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const places = useScreens().filter(({ key }) => key);
  const keys: [string, string][] = [
    ['/', t('keys.search')],
    ...places.map(({ key, title }): [string, string] => [
      `g ${key}`,
      t('keys.go', { screen: t(title) }),
    ]),
    ['j k', t('keys.row')],
    ['Enter', t('keys.open')],
    ['x', t('keys.select')],
    ['e', t('keys.edit')],
    ['r', t('keys.replay')],
    ['a', t('keys.assign')],
    ['c', t('keys.copyLink')],
    ['Esc', t('keys.close')],
    ['?', t('keys.help')],
  ];
  return html`<dialog class="keys-help" ref=${dialog} aria-labelledby="keys-title" onClose=${onClose}>
    <h2 id="keys-title">${t('keys.title')}</h2>
    <dl>${keys.map(([key, text]) => html`<div key=${key}><dt>${key.split(' ').map((one) => html`<kbd>${one}</kbd>`)}</dt><dd>${text}</dd></div>`)}</dl>
    <footer><button type="button" onClick=${onClose}>${t('part.close')}</button></footer>
  </dialog>`;
}
