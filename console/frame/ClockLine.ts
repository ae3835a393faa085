import { html } from 'htm/preact';
import { Icon } from '../parts/Icon.ts';
import { screens } from '../screens.ts';
import { here, useAddress } from '../state/address.ts';
import { hub } from '../state/hub.ts';
import { useStore } from '../state/Store.ts';
import { settings } from '../state/settings.ts';
import { t } from '../text/t.ts';
import { dayText } from '../text/timeText.ts';

/** Nobody takes the past for the present: where a clock is not "now", every screen says so. */
export function ClockLine() {
  const { path, query } = useAddress();
  const { zone } = useStore(hub);
  const { asOf, knownAt } = query;
  if (!asOf && !knownAt) return null;
  const isOfNow = !screens.find((screen) => screen.path === path)?.hasClocks;
  const day = (at: string | undefined): string =>
    at ? dayText(at, zone, settings.value.language) : '';
  const key = asOf && knownAt ? 'clock.lookBoth' : asOf ? 'clock.lookAsOf' : 'clock.lookKnownAt';
  const text = t(key, { asOf: day(asOf), knownAt: day(knownAt) });
  return html`<div class="clock-line"><${Icon} name="wait" /><span>${text}${isOfNow && html`<span class="muted"> · ${t('clock.notHere')}</span>`}</span> · <a href=${here({ asOf: undefined, knownAt: undefined })}>${t('clock.backToNow')}</a></div>`;
}
