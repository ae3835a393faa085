import { isVirtual } from '../../ledger.ts';
import { refusal } from '../refusal.ts';

/** Places outside are not ours to use: goods cannot be conjured out of them. */
export function refuseReserved(
  line: { location?: string; from?: string; to?: string },
  allowsTransit = false,
): void {
  refusePlace('location', line.location, allowsTransit);
  refusePlace('from', line.from, allowsTransit);
  refusePlace('to', line.to, allowsTransit);
}

function refusePlace(field: string, place: string | undefined, allowsTransit: boolean): void {
  if (place === undefined || !isVirtual(place) || (allowsTransit && place === 'transit')) return;
  throw refusal('PLACE_RESERVED', `'${place}' is a place outside, not one of ours`, field);
}
