/** Dates of GS1 elements, which have two digits for the year and may have 00 for the day. */

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/**
 * `YYMMDD` or `YYYYMMDD` as `YYYY-MM-DD`, or nothing where it is no date. Years to 76 are of this century
 * and the others of the last, whatever the clock says, so that a replay reads what was read before. Where
 * the day may be 00, that is the last of its month.
 */
export function gs1Date(digits: string, mayBeMonth: boolean): string | undefined {
  const [, century, year = '', month = '', day = ''] =
    /^(\d\d)?(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? [];
  if (year === '') return undefined;
  const full = `${century ?? (year <= '76' ? '20' : '19')}${year}`;
  if (month < '01' || month > '12') return undefined;
  const last = daysIn(Number(full), Number(month));
  const date = day === '00' && mayBeMonth ? String(last) : day;
  if (date < '01' || Number(date) > last) return undefined;
  return `${full}-${month}-${date}`;
}

/** `HH` or `HHMM`. */
export const isTime = (digits: string): boolean => /^([01]\d|2[0-3])([0-5]\d)?$/.test(digits);
