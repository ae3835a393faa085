/** Days of a zone by the plainest means: the platform is asked what its clocks show. */

const HALF_HOUR = 1_800_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone });
  formats.set(zone, format);
  return format;
}

export const dayIn = (zone = 'UTC', instant: string): string =>
  formatOf(zone).format(new Date(instant));

/** First instant of the day after; looked for by half hours from the first at which it can begin. */
export function firstInstantAfter(day: string, zone = 'UTC'): string {
  let instant = Date.parse(day) + 16 * HALF_HOUR;
  while (dayIn(zone, new Date(instant).toISOString()) <= day) instant += HALF_HOUR;
  return new Date(instant).toISOString();
}
