/** Decimals as the hub writes them, for people: no digit is lost, since none becomes a number. */

const separators = { en: [',', '.'], de: ['.', ','] } as const;
export type Language = keyof typeof separators;

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** `-1234.5` → `−1,234.5`; what is no decimal stays as it is. */
export function decimalText(text: string, language: Language): string {
  const [, minus, whole, rest] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) return text;
  const [group, point] = separators[language];
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, group);
  return (minus ? '−' : '') + grouped + (rest === undefined ? '' : point + rest);
}

/** In millionths, exactly; undefined for what is no decimal. */
export function microsOf(text: string): bigint | undefined {
  const [, minus, whole, rest = ''] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const micros = BigInt(whole + rest.padEnd(6, '0').slice(0, 6));
  return minus ? -micros : micros;
}

/** Back again, without zeros that say nothing. */
export function decimalOf(micros: bigint): string {
  const minus = micros < 0n ? '-' : '';
  const digits = String(micros < 0n ? -micros : micros).padStart(7, '0');
  const rest = digits.slice(-6).replace(/0+$/, '');
  return minus + digits.slice(0, -6) + (rest ? `.${rest}` : '');
}

/** How long a bar is beside another: for drawing alone, 0 to 1. */
export function shareOf(part: bigint, whole: bigint): number {
  if (whole === 0n) return 0;
  return Number((part * 10_000n) / whole) / 10_000;
}
