/** What the page knows of its hub: the zone of its days, and what money is. */
import { ask } from '../api/client.ts';
import { Store } from './Store.ts';

export interface HubFacts {
  /** IANA name. */
  zone: string;
  currency: string;
}

export const hub = new Store<HubFacts>({ zone: 'UTC', currency: '' });

export async function learnHub(): Promise<void> {
  const { data } = await ask<HubFacts>('/');
  if (data) hub.set({ zone: data.zone, currency: data.currency });
}
