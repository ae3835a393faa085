import { StockbusError } from '../../errors.ts';

export const invalid = (message: string, field: string): StockbusError =>
  new StockbusError('MESSAGE_INVALID', message, { field });

export const placeReserved = (place: string, field: string): StockbusError =>
  new StockbusError('PLACE_RESERVED', `'${place}' is a place outside, not one of ours`, { field });
