/** The screens: one line each, in the order of the list at the side. A screen is loaded when somebody goes there. */
import type { ComponentType } from 'preact';
import type { Session, Status } from '../schemas/generated/api.d.ts';
import type { IconName } from './parts/Icon.ts';
import type { TextKey } from './texts.ts';

export interface Screen {
  /** Behind /console. */
  path: string;
  title: TextKey;
  icon: IconName;
  /** Behind `g`; left out: no key. */
  key?: string;
  /** Among the five of a phone; the others are behind "more". */
  inBar?: true;
  /** Whoever may not do that sees nothing there, and is not led there; left out: whoever is signed in. */
  needs?: Session['scopes'][number];
  /** It shows what the two clocks say; others are always of now, and say so. */
  hasClocks?: true;
  /** What waits there, shown beside its name. */
  count?: (status: Status) => number;
  load: () => Promise<ComponentType>;
}

export const screens: readonly Screen[] = [
  {
    path: '/',
    title: 'nav.now',
    needs: 'flows:read',
    icon: 'now',
    key: 'n',
    inBar: true,
    load: async () => (await import('./screens/Now.ts')).Now,
  },
  {
    path: '/search',
    title: 'nav.search',
    needs: 'ledger:read',
    icon: 'search',
    load: async () => (await import('./screens/Search.ts')).Search,
  },
  {
    path: '/flows',
    title: 'nav.flows',
    needs: 'flows:read',
    icon: 'flows',
    key: 'f',
    load: async () => (await import('./screens/Flows.ts')).Flows,
  },
  {
    path: '/parked',
    title: 'nav.parked',
    needs: 'parked:read',
    icon: 'parked',
    key: 'p',
    inBar: true,
    count: ({ parked }) => (parked ?? []).reduce((sum, { records }) => sum + records, 0),
    load: async () => (await import('./screens/Parked.ts')).Parked,
  },
  {
    path: '/delivery',
    title: 'nav.delivery',
    icon: 'delivery',
    key: 'd',
    count: ({ endpoints, dead }) => (endpoints ?? []).length + (dead ?? 0),
    load: async () => (await import('./screens/Delivery.ts')).Delivery,
  },
  {
    path: '/stock',
    title: 'nav.stock',
    needs: 'stock:read',
    icon: 'stock',
    key: 's',
    inBar: true,
    hasClocks: true,
    load: async () => (await import('./screens/Stock.ts')).Stock,
  },
  {
    path: '/value',
    title: 'nav.value',
    needs: 'ledger:read',
    icon: 'value',
    key: 'v',
    hasClocks: true,
    load: async () => (await import('./screens/Value.ts')).Value,
  },
  {
    path: '/scan',
    title: 'nav.scan',
    needs: 'stock:write',
    icon: 'scan',
    inBar: true,
    load: async () => (await import('./screens/Scan.ts')).Scan,
  },
  {
    path: '/health',
    title: 'nav.health',
    icon: 'health',
    key: 'h',
    load: async () => (await import('./screens/Health.ts')).Health,
  },
];
