/** Times of events, in UTC and to the millisecond. */

const TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})$/;

/** Digits behind the third are rounded; what is no time with a zone stays as it is. */
export function eventTime(text: string): string {
  const [, local, fraction = '', zone = 'Z'] = TIME.exec(text) ?? [];
  const seconds = local === undefined ? Number.NaN : Date.parse(`${local}.000Z`);
  if (Number.isNaN(seconds)) return text;
  const digits = fraction.padEnd(4, '0');
  const milliseconds = Number(digits.slice(0, 3)) + Number(digits[3]! >= '5');
  return new Date(seconds - offsetOf(zone) + milliseconds).toISOString();
}

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
