import { isVirtual } from '../../ledger.ts';
import { refusal } from '../refusal.ts';

/**
 * Places outside are not ours to use: goods cannot be conjured out of them. What moves ours may be in
 * `transit`, and be scrapped.
 */
export function refuseReserved(
  line: { location?: string; from?: string; to?: string },
  movesOurs = false,
): void {
  for (const field of ['location', 'from', 'to'] as const) {
    const place = line[field];
    if (place === undefined || !isVirtual(place)) continue;
    if (movesOurs && (place === 'transit' || (field === 'to' && place === 'scrap'))) continue;
    throw refusal('PLACE_RESERVED', `'${place}' is a place outside, not one of ours`, field);
  }
}
