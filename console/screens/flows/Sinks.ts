import { html } from 'htm/preact';
import type { MapFlow, MapSink } from '../../../schemas/generated/api.d.ts';
import { Icon } from '../../parts/Icon.ts';
import { to } from '../../state/address.ts';
import { settings } from '../../state/settings.ts';
import { t } from '../../text/t.ts';
import { lastingText } from '../../text/timeText.ts';
import { Countdown } from '../delivery/Countdown.ts';
import { endpointState } from '../delivery/endpointState.ts';

/** Those to whom it sends by a queue of their own: how each takes it, what waits, what was taken of late. */
export function Sinks({ flow }: { flow: MapFlow }) {
  const ends = flow.to.filter(({ sink }) => sink);
  if (ends.length === 0) return null;
  return html`<section><h3>${t('delivery.endpoints')}</h3>
    <ul class="flow-sinks">${ends.map(({ name, sink }) => html`<${Sink} key=${sink!.endpoint} name=${name} sink=${sink} />`)}</ul></section>`;
}

function Sink({ name, sink }: { name: string; sink: MapSink }) {
  const { endpoint, state, nextProbe } = sink;
  const { text, icon, tone } = endpointState({ state });
  return html`<li>
    <a class="strong" href=${to('/delivery', { open: endpoint })}>${endpoint}</a> <span class="muted">${name}</span>
    <div><span class=${`tone-${tone}`}><${Icon} name=${icon} /> ${text}</span>${state === 'backing-off' && nextProbe && html`, ${t('flows.probe')} <${Countdown} until=${nextProbe} />`}</div>
    <div class="muted">${waits(sink)} ${t('flows.sent', { minute: sink.minute.delivered, hour: sink.hour.delivered, failed: sink.hour.failed })}</div>
  </li>`;
}

function waits({ waiting, oldestSeconds }: MapSink): string {
  if (waiting === null) return t('flows.waitsUnknown');
  if (waiting === 0) return t('flows.waitsNothing');
  if (oldestSeconds === null) return t('flows.waits', { count: waiting });
  const lasting = lastingText(oldestSeconds, settings.value.language);
  return t('flows.waitsSince', { count: waiting, lasting });
}
