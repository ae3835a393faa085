import { html } from 'htm/preact';
import { change, useAddress } from '../../state/address.ts';
import { t } from '../../text/t.ts';
import type { TextKey } from '../../texts.ts';
import { type Work, works } from './commandOf.ts';

export const workTexts: Readonly<Record<Work, TextKey>> = {
  receive: 'scan.receive',
  move: 'scan.move',
  count: 'scan.count',
  pick: 'scan.pick',
};

/** What is done, and where: both stand in the address, so that a link, or a label at a door, sets them. */
export function Job({ work, places }: { work: Work; places: readonly string[] }) {
  const { query } = useAddress();
  const isMove = work === 'move';
  return html`<div class="scan-works" role="group" aria-label=${t('scan.work')}>
      ${works.map((one) => html`<button key=${one} type="button" aria-pressed=${one === work} onClick=${() => change({ do: one }, 'replace')}>${t(workTexts[one])}</button>`)}
    </div>
    <div class="scan-places">
      <${Place} name="place" label=${isMove ? t('scan.from') : t('scan.place')} value=${query.place} />
      ${isMove && html`<${Place} name="to" label=${t('scan.to')} value=${query.to} />`}
    </div>
    <datalist id="scan-places">${places.map((place) => html`<option key=${place} value=${place} />`)}</datalist>
    ${work !== 'count' && html`<label class="scan-once"><input type="checkbox" checked=${query.once === '1'} onChange=${(event: Event) => change({ once: (event.target as HTMLInputElement).checked ? '1' : undefined }, 'replace')} /> ${t('scan.once')}</label>`}`;
}

function Place({ name, label, value }: { name: 'place' | 'to'; label: string; value?: string }) {
  const say = (event: Event): void =>
    change({ [name]: (event.target as HTMLInputElement).value.trim() }, 'replace');
  return html`<label>${label}<input list="scan-places" autocomplete="off" value=${value ?? ''} onInput=${say} /></label>`;
}
