import { html } from 'htm/preact';
import { Sparkline } from '../../parts/Sparkline.ts';
import { t } from '../../text/t.ts';

/** When those of a group came. */
export const Trend = ({ trend, count }: { trend: string; count: string }) =>
  html`<${Sparkline} values=${trend.split(' ')} label=${t('desk.trend', { count })} />`;
