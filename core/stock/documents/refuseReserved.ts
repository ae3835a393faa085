import { isVirtual } from '../../ledger.ts';
import { refusal } from '../refusal.ts';

const PLACES = ['location', 'from', 'to'] as const;

/** Places outside are not ours to use: goods cannot be conjured out of them. */
export function refuseReserved(
  line: { location?: string; from?: string; to?: string },
  allowsTransit = false,
): void {
  for (const field of PLACES) {
    const place = line[field];
    if (place === undefined || !isVirtual(place)) continue;
    if (allowsTransit && place === 'transit') continue;
    throw refusal('PLACE_RESERVED', `'${place}' is a place outside, not one of ours`, field);
  }
}
