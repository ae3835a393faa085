/** Times in the zone of the hub, whatever the zone of the browser. */
import type { Language } from './decimalText.ts';

const locales = { en: 'en-GB', de: 'de-DE' } as const;

/** `31 Oct 2026, 14:05:09` */
export function exactTime(at: string, zone: string, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], {
    ...{ timeZone: zone, day: 'numeric', month: 'short', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  }).format(new Date(at));
}

/** `31 Oct 2026`; of a moment, the day that it is in the zone. */
export function dayText(at: string, zone: string, language: Language): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(at);
  return new Intl.DateTimeFormat(locales[language], {
    ...{ timeZone: isDay ? 'UTC' : zone, day: 'numeric', month: 'short', year: 'numeric' },
  }).format(new Date(at));
}

/** `14:05`, the same day elsewhere being said beside it. */
export function clockText(at: string, zone: string, language: Language): string {
  const format = { timeZone: zone, hour: '2-digit', minute: '2-digit' } as const;
  return new Intl.DateTimeFormat(locales[language], format).format(new Date(at));
}

const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['second', 60],
  ['minute', 60],
  ['hour', 48],
  ['day', 60],
  ['month', 24],
  ['year', Number.POSITIVE_INFINITY],
];
const lengths = {
  second: 1,
  minute: 60,
  hour: 3_600,
  day: 86_400,
  month: 2_629_800,
  year: 31_557_600,
};

const CLOCKS_SECONDS = 3;

/** `4 min ago`, `in 3 hrs` */
export function relativeTime(at: string, nowMs: number, language: Language): string {
  const given = (Date.parse(at) - nowMs) / 1_000;
  // The hub's clock may be a little ahead of the browser's.
  const seconds = given > 0 && given < CLOCKS_SECONDS ? 0 : given;
  const format = new Intl.RelativeTimeFormat(locales[language], {
    style: 'short',
    numeric: 'auto',
  });
  for (const [unit, most] of steps) {
    const count = Math.round(seconds / lengths[unit as keyof typeof lengths]);
    if (Math.abs(count) < most) return format.format(count, unit);
  }
  return at;
}

/** `4 min`: how long something has been so. */
export function lastingText(seconds: number, language: Language): string {
  for (const [unit, most] of steps) {
    const count = Math.floor(seconds / lengths[unit as keyof typeof lengths]);
    if (count >= most) continue;
    return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(
      count,
    );
  }
  return '';
}
