import { html } from 'htm/preact';
import { useEffect, useRef } from 'preact/hooks';
import { useStore } from '../state/Store.ts';
import { settings } from '../state/settings.ts';
import { microsOf } from '../text/decimalText.ts';
import { t } from '../text/t.ts';
import { dayText } from '../text/timeText.ts';
import { Quantity } from './Figures.ts';

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

/** Lines over time, drawn by uPlot, which is loaded on use; the same figures as a table below. */
export function LineChart(props: LineChartProps) {
  const { label, times, lines } = props;
  const place = useRef<HTMLDivElement>(null);
  const { theme, language } = useStore(settings);
  useEffect(() => {
    const drawn = draw(place.current!, props);
    return () => void drawn.then((end) => end());
  }, [times, lines, theme, language]);
  return html`<figure class="chart">
    <div ref=${place} role="img" aria-label=${label}></div>
    <details class="fold"><summary>${t('part.chartTable')}</summary>
      <table class="rows plain"><tbody>${times.map((at, index) => html`<tr key=${at}><th scope="row">${dayText(at, 'UTC', language)}</th>${lines.map(({ values }) => html`<td class="numeric"><${Quantity} value=${values[index]} /></td>`)}</tr>`)}</tbody></table>
    </details>
  </figure>`;
}

const MICROS = 1e6;
/** A place of a point on the screen, never a figure: that one is shown as text. */
const placeOf = (value: string): number | null => {
  const micros = microsOf(value);
  return micros === undefined ? null : Number(micros) / MICROS;
};

async function draw(place: HTMLElement, { times, lines, height = 220, isStepped }: LineChartProps) {
  const { default: Plot } = await import('uplot');
  loadStyle();
  const color = (name: string): string => colorOf(place, name);
  const axis = {
    stroke: color('muted'),
    grid: { stroke: color('line'), width: 1 },
    ticks: { show: false },
  };
  const stepped = isStepped ? Plot.paths.stepped!({ align: 1 }) : undefined;
  const plot = new Plot(
    {
      ...{ width: place.clientWidth, height, cursor: { points: { size: 6 } } },
      axes: [axis, { ...axis, size: 64 }],
      series: [
        {},
        ...lines.map(({ label, tone = 'accent', isDashed }) => ({
          ...{ label, stroke: color(tone), width: 1.5, points: { show: false } },
          ...(isDashed ? { dash: [4, 4] } : {}),
          ...(stepped ? { paths: stepped } : {}),
        })),
      ],
    },
    [times.map((at) => Date.parse(at) / 1_000), ...lines.map(({ values }) => values.map(placeOf))],
    place,
  );
  const fit = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height }));
  fit.observe(place);
  return (): void => {
    fit.disconnect();
    plot.destroy();
  };
}

/** A token as the theme has it now: the canvas knows no variables. */
function colorOf(place: HTMLElement, name: string): string {
  place.style.color = `var(--${name})`;
  const { color } = getComputedStyle(place);
  place.style.color = '';
  return color;
}

function loadStyle(): void {
  const href = new URL('../vendor/uplot.css', import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return;
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href });
  document.head.append(link);
}
