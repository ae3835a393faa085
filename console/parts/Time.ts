import { html } from 'htm/preact';
import { hub } from '../state/hub.ts';
import { Store, useStore } from '../state/Store.ts';
import { settings } from '../state/settings.ts';
import { clockText, dayText, exactTime, relativeTime } from '../text/timeText.ts';

const TICK_MS = 15_000;

/** The present as far as texts like "4 min ago" need it. */
const nowMs = new Store(Date.now());
setInterval(() => nowMs.set(Date.now()), TICK_MS);

interface TimeProps {
  at: string | undefined;
  /** `relative` unless said otherwise; the exact one is on hover, and what is copied. */
  as?: 'relative' | 'exact' | 'day' | 'clock';
}

export function Time({ at, as = 'relative' }: TimeProps) {
  const now = useStore(nowMs);
  const { zone } = useStore(hub);
  const { language } = settings.value;
  if (!at || Number.isNaN(Date.parse(at))) return html`<span>–</span>`;
  const exact = exactTime(at, zone, language);
  const texts = {
    relative: () => relativeTime(at, now, language),
    exact: () => exact,
    day: () => dayText(at, zone, language),
    clock: () => clockText(at, zone, language),
  };
  return html`<time datetime=${at} title=${`${exact} ${zone}`}>${texts[as]()}</time>`;
}
