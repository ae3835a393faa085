import { html } from 'htm/preact';
import type { Rehearsed, RehearsedAll } from '../../../schemas/generated/api.d.ts';
import { Icon } from '../../parts/Icon.ts';
import { to } from '../../state/address.ts';
import { hub } from '../../state/hub.ts';
import { useStore } from '../../state/Store.ts';
import { settings } from '../../state/settings.ts';
import { decimalOf, decimalText, microsOf } from '../../text/decimalText.ts';
import { t } from '../../text/t.ts';

/** Changes that are shown; of more it is said how many. */
const SHOWN = 8;

type Run = Rehearsed | RehearsedAll;

/** What would be booked, of what that would be a change, and who would be told: nothing of it is written. */
export function DryRun({ run }: { run: Run }) {
  const { booked, exists, parked, faults } = run;
  // Each is told to whoever may read it.
  const { stock = [], values = [], outgoing = [] } = run;
  const why = [...new Set(faults.map(({ message }) => message))];
  return html`<div class="dry-run">
    <ul class="dry-sum">
      ${booked > 0 && html`<li><${Icon} name="book" tone="good" />${t('desk.books', { count: booked })}</li>`}
      ${exists > 0 && html`<li><${Icon} name="info" tone="info" />${t('desk.exists', { count: exists })}</li>`}
      ${parked > 0 && html`<li><${Icon} name="parked" tone="bad" />${t('desk.parksAgain', { count: parked })}</li>`}
      ${booked + exists + parked === 0 && html`<li class="muted">${t('desk.booksNothing')}</li>`}
    </ul>
    ${why.slice(0, SHOWN).map((message) => html`<p class="tone-bad small" key=${message}>${message}</p>`)}
    ${(stock.length > 0 || values.length > 0) && html`<${Changes} stock=${stock} values=${values} />`}
    ${outgoing.map(
      (one) =>
        html`<details class="fold" key=${one.to}><summary>${t('desk.tells', { to: one.to, count: one.records })}</summary><pre tabindex="0">${one.text}${one.isCut ? '…' : ''}</pre></details>${one.faults.map(({ message }) => html`<p class="tone-bad small">${message}</p>`)}`,
    )}
  </div>`;
}

function Changes({ stock, values }: Required<Pick<Run, 'stock' | 'values'>>) {
  const { currency } = useStore(hub);
  const more = Math.max(stock.length - SHOWN, 0) + Math.max(values.length - SHOWN, 0);
  const changes = values.map(({ from, to }) => (microsOf(to) ?? 0n) - (microsOf(from) ?? 0n));
  const total = signed(
    changes.reduce((sum, one) => sum + one, 0n),
    values[0]?.to ?? '',
  );
  const skuLink = (sku: string) => html`<a href=${to('/stock', { sku })}>${sku}</a>`;
  return html`<table class="dry">
    <thead><tr><th scope="col">${t('desk.what')}</th><th scope="col" class="numeric">${t('part.before')}</th><th scope="col" class="numeric">${t('part.after')}</th><th scope="col" class="numeric">${t('desk.change')}</th></tr></thead>
    <tbody>
      ${stock.slice(0, SHOWN).map((one) => html`<tr><th scope="row">${skuLink(one.sku)} <span class="muted">${[one.location, one.lot, one.status === 'available' ? '' : one.status, one.owner].filter(Boolean).join(' · ')}</span></th><${FromTo} ...${one} /></tr>`)}
      ${values.slice(0, SHOWN).map((one) => html`<tr><th scope="row">${skuLink(one.sku)} <span class="muted">${t('desk.value')} ${currency}</span></th><${FromTo} ...${one} /></tr>`)}
    </tbody>
    ${values.length > 1 && html`<tfoot><tr><th scope="row">${t('desk.valueInAll')} <span class="muted">${currency}</span></th><td></td><td></td><td class="numeric strong">${total}</td></tr></tfoot>`}
  </table>${more > 0 && html`<p class="muted small">${t('desk.moreChanges', { count: more })}</p>`}`;
}

function FromTo({ from, to: after }: { from: string; to: string }) {
  const { language } = settings.value;
  const change = signed((microsOf(after) ?? 0n) - (microsOf(from) ?? 0n), after);
  return html`<td class="numeric">${decimalText(from, language)}</td><td class="numeric">${decimalText(after, language)}</td><td class="numeric strong">${change}</td>`;
}

/** With as many decimals as the amount that it is of. */
function signed(micros: bigint, like: string): string {
  const [whole = '', rest = ''] = decimalOf(micros).split('.');
  const decimals = rest.padEnd(like.split('.')[1]?.length ?? 0, '0');
  const text = decimalText(decimals ? `${whole}.${decimals}` : whole, settings.value.language);
  return micros > 0n ? `+${text}` : text;
}
