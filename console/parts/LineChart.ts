import { html } from 'htm/preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { hub } from '../state/hub.ts';
import { useStore } from '../state/Store.ts';
import { settings } from '../state/settings.ts';
import { decimalOf, decimalText } from '../text/decimalText.ts';
import { t } from '../text/t.ts';
import { dayText } from '../text/timeText.ts';
import { Quantity } from './Figures.ts';
import { type Frame, pathOf, scaleOf } from './plot.ts';

export interface Line {
  label: string;
  /** Decimal texts, one a time; '' where there is none. */
  values: readonly string[];
  tone?: 'accent' | 'info' | 'warn' | 'bad';
  /** What comes rather than what was. */
  isDashed?: boolean;
}

interface LineChartProps {
  label: string;
  /** ISO times, ascending. */
  times: readonly string[];
  lines: readonly Line[];
  height?: number;
  /** Holds until the next change, as a balance does. */
  isStepped?: boolean;
}

/** Room that the name of a day wants, with some air. */
const DAY_WIDTH = 100;

/** Lines over time; a point is read by the pointer or by the arrows, and all of them stand in the table below. */
export function LineChart({
  label,
  times,
  lines,
  height = 200,
  isStepped = false,
}: LineChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  const [at, setAt] = useState<number>();
  useEffect(() => {
    const fit = new ResizeObserver(() => setWidth(place.current?.clientWidth ?? 640));
    fit.observe(place.current!);
    return () => fit.disconnect();
  }, []);
  const frame: Frame = { width, height, left: 72, bottom: 24 };
  const moments = times.map((time) => Date.parse(time));
  const first = moments[0] ?? 0;
  const span = Math.max((moments.at(-1) ?? 0) - first, 1);
  const across = (ms: number): number =>
    frame.left + ((ms - first) / span) * (width - frame.left - 8);
  const x = (index: number): number => across(moments[index]!);
  const point = (event: PointerEvent): void => {
    const wanted = event.clientX - place.current!.getBoundingClientRect().left;
    const distance = (index: number): number => Math.abs(x(index) - wanted);
    setAt(moments.reduce((best, _, index) => (distance(index) < distance(best) ? index : best), 0));
  };
  const step = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    setAt(Math.min(Math.max((at ?? moments.length) + by, 0), moments.length - 1));
  };
  const scale = scaleOf(
    lines.map(({ values }) => values),
    frame,
  );
  const shown = Math.max(2, Math.floor((width - frame.left) / DAY_WIDTH));
  const days = Array.from({ length: shown }, (_, index) => first + (span * index) / (shown - 1));
  return html`<figure class="chart">
    <div ref=${place} class="chart-place" role="img" tabindex="0" aria-label=${label} onPointerMove=${point} onPointerLeave=${() => setAt(undefined)} onKeyDown=${step}>
      <svg width=${width} height=${height} aria-hidden="true">
        ${scale.ticks.map((tick) => html`<g key=${tick}><path class="chart-line" d=${`M${frame.left} ${scale.y(tick)}H${width}`} /><text x=${frame.left - 8} y=${scale.y(tick) + 4} text-anchor="end">${decimalText(decimalOf(tick), settings.value.language)}</text></g>`)}
        ${days.map((ms, index) => html`<text key=${index} x=${across(ms)} y=${height - 6} text-anchor=${anchorOf(index, shown)}>${shortDay(ms)}</text>`)}
        ${lines.map(({ label, values, tone = 'accent', isDashed }) => html`<path key=${label} class=${`chart-curve tone-${tone}`} stroke-dasharray=${isDashed ? '4 4' : undefined} d=${pathOf(values, x, scale.y, isStepped)} />`)}
        ${at !== undefined && html`<path class="chart-cursor" d=${`M${x(at)} 0V${height - frame.bottom}`} />`}
      </svg>
    </div>
    <${Readout} lines=${lines} times=${times} at=${at} />
    <details class="fold"><summary>${t('part.chartTable')}</summary>
      <table class="rows plain"><tbody>${times.map((time, index) => html`<tr key=${time}><th scope="row"><${Day} at=${time} /></th>${lines.map(({ values }) => html`<td class="numeric"><${Quantity} value=${values[index]} /></td>`)}</tr>`)}</tbody></table>
    </details>
  </figure>`;
}

/** What each line is, and its figure where one points; else the last. */
function Readout({
  lines,
  times,
  at,
}: {
  lines: readonly Line[];
  times: readonly string[];
  at?: number;
}) {
  const index = at ?? times.length - 1;
  return html`<div class="chart-legend"><${Day} at=${times[index]} />${lines.map(({ label, values, tone = 'accent' }) => html`<span key=${label}><i class=${`tone-${tone}`}></i>${label} <${Quantity} value=${values[index]} /></span>`)}</div>`;
}

function Day({ at }: { at: string | undefined }) {
  const { zone } = useStore(hub);
  return html`<span class="muted">${at ? dayText(at, zone, settings.value.language) : ''}</span>`;
}

const anchorOf = (index: number, shown: number): string =>
  index === 0 ? 'start' : index === shown - 1 ? 'end' : 'middle';

const shortDay = (ms: number): string =>
  new Intl.DateTimeFormat(settings.value.language === 'de' ? 'de-DE' : 'en-GB', {
    ...{ timeZone: hub.value.zone, day: 'numeric', month: 'short' },
  }).format(ms);
