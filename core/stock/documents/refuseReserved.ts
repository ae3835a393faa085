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
  refusePlace('location', line.location, movesOurs);
  refusePlace('from', line.from, movesOurs);
  if (!movesOurs || line.to !== 'scrap') refusePlace('to', line.to, movesOurs);
}

function refusePlace(field: string, place: string | undefined, allowsTransit: boolean): void {
  if (place === undefined || !isVirtual(place) || (allowsTransit && place === 'transit')) return;
  throw refusal('PLACE_RESERVED', `'${place}' is a place outside, not one of ours`, field);
}
