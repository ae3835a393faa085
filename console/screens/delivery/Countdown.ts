import { html } from 'htm/preact';
import { useEffect, useState } from 'preact/hooks';
import { settings } from '../../state/settings.ts';
import { t } from '../../text/t.ts';
import { lastingText } from '../../text/timeText.ts';

/** When it is asked again, to the second. */
export function Countdown({ until }: { until: string | undefined }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  if (!until) return html`<span>–</span>`;
  const seconds = Math.ceil((Date.parse(until) - now) / 1_000);
  const text =
    seconds > 0
      ? t('delivery.in', { time: lastingText(seconds, settings.value.language) })
      : t('delivery.atOnce');
  return html`<time datetime=${until}>${text}</time>`;
}
