/**
 * When histories begin in zones whose clocks change: two weeks before at most, and at an hour that
 * belongs to one day by the clocks before and to another by those after. There are days of 23 hours, in
 * Beirut without a midnight, of 25 in Santiago, and of 24 and a half on Lord Howe.
 */
export const firstTimes: Record<string, string> = {
  'Europe/Berlin': '2026-03-22T22:30:00.000Z',
  'America/New_York': '2026-03-01T04:30:00.000Z',
  'Asia/Beirut': '2026-03-22T21:30:00.000Z',
  'America/Santiago': '2026-03-29T03:30:00.000Z',
  'Australia/Lord_Howe': '2026-03-29T13:15:00.000Z',
};
