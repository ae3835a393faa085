import { html } from 'htm/preact';
import type { ParkedRecord } from '../../../schemas/generated/api.d.ts';
import type { IconName } from '../../parts/Icon.ts';
import { type Stop, Timeline } from '../../parts/Timeline.ts';
import { t } from '../../text/t.ts';
import type { TextKey } from '../../texts.ts';

type Line = ParkedRecord['log'][number];

/** What was done about it, by whom, after it came here. */
export function CaseLog({ at, began, log }: { at: string; began: string; log: readonly Line[] }) {
  const first: Stop = { key: 'first', at, icon: 'parked', title: began };
  const stops = log.map((line, index): Stop => {
    const [key, icon] = did[line.did] ?? [undefined, 'info'];
    const changes = line.changes?.map(
      ({ path, from, to }) =>
        html`<div key=${path}><code>${path}</code> <del class="del">${from ?? '–'}</del> → <ins class="add">${to ?? '–'}</ins></div>`,
    );
    return {
      ...{ key: String(index), at: line.at, actor: line.by, icon },
      title: key ? t(key, { to: line.to ?? '' }) : line.did,
      ...(line.reason || changes ? { text: html`${line.reason}${changes}` } : {}),
    };
  });
  return html`<${Timeline} stops=${[first, ...stops]} label=${t('desk.log')} />`;
}

const did: Readonly<Record<string, readonly [TextKey, IconName]>> = {
  assigned: ['desk.didAssign', 'person'],
  corrected: ['desk.didCorrect', 'edit'],
  replayed: ['desk.didReplay', 'play'],
  'parked again': ['desk.didParkAgain', 'parked'],
  resolved: ['desk.didResolve', 'check'],
  dismissed: ['desk.didDismiss', 'close'],
  reopened: ['desk.didReopen', 'parked'],
};
