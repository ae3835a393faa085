import type { Event } from '../histories.ts';

/** With which the number of a document begins. */
export const letters: Record<Event, string> = {
  receive: 'R',
  issue: 'I',
  transfer: 'T',
  adjust: 'A',
  count: 'C',
  customerReturn: 'CR',
  supplierReturn: 'SR',
  ship: 'SH',
  arrive: 'AR',
  status: 'Q',
  produce: 'P',
  landed: 'L',
  revalue: 'W',
  method: 'M',
  cancel: 'X',
  reserve: 'V',
  update: 'V',
  commit: 'V',
  void: 'V',
  close: 'Z',
  reopen: 'Z',
  opening: 'O',
  invoice: 'B',
};
