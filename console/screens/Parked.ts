import { html } from 'htm/preact';
import { useAddress } from '../state/address.ts';
import { Groups } from './parked/Groups.ts';
import { OneRecord } from './parked/OneRecord.ts';
import { Records } from './parked/Records.ts';
import { useParked } from './parked/useParked.ts';

/** What a person must correct: by its causes, then the records of one, then one of them. */
export function Parked() {
  const { query } = useAddress();
  const parked = useParked(query);
  if (query.open) return html`<${OneRecord} key=${query.open} id=${query.open} parked=${parked} />`;
  return parked.isList
    ? html`<${Records} parked=${parked} />`
    : html`<${Groups} parked=${parked} />`;
}
