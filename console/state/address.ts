/** The address is the state: what is shown follows from it alone, so that a link shows what its sender saw. */
import { Store, useStore } from './Store.ts';

export interface Address {
  /** Behind /console: `/`, `/parked`. */
  path: string;
  query: Readonly<Record<string, string>>;
}

const ROOT = '/console';
/** They hold on every screen, so that every link keeps them. */
const KEPT = ['asOf', 'knownAt'] as const;

/** A value of undefined or '' takes the parameter out. */
export type Changes = Readonly<Record<string, string | undefined>>;

export const address = new Store<Address>(read());

function read(): Address {
  const { pathname, search } = location;
  const path = pathname.startsWith(ROOT) ? pathname.slice(ROOT.length) : '';
  return { path: path || '/', query: Object.fromEntries(new URLSearchParams(search)) };
}

export const useAddress = (): Address => useStore(address);

/** An address of the console that keeps both clocks. */
export function to(path: string, query: Changes = {}): string {
  const kept = Object.fromEntries(KEPT.map((name) => [name, address.value.query[name]]));
  return hrefOf(path, { ...kept, ...query });
}

/** The present address with other values: for links that stay on the screen. */
export const here = (changes: Changes): string =>
  hrefOf(address.value.path, { ...address.value.query, ...changes });

export function go(href: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', href);
  else history.replaceState(null, '', href);
  address.set(read());
}

/** Filters, tabs and the open drawer: `change({ open: undefined })`. */
export const change = (changes: Changes, how: 'push' | 'replace' = 'push'): void =>
  go(here(changes), how);

function hrefOf(path: string, query: Changes): string {
  const given = Object.entries(query).filter(([, value]) => value);
  const text = new URLSearchParams(given as [string, string][]).toString();
  return `${ROOT}${path === '/' ? '' : path}${text ? `?${text}` : ''}`;
}

/** Links of the console change the address without loading a page; keys for new tabs work as ever. */
export function followLinks(): void {
  addEventListener('popstate', () => address.set(read()));
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest('a');
    if (!link || link.target || link.hasAttribute('download')) return;
    const url = new URL(link.href, location.href);
    const isOurs = url.pathname === ROOT || url.pathname.startsWith(`${ROOT}/`);
    if (url.origin !== location.origin || !isOurs) return;
    // A place within the page: the skip link.
    if (url.hash && url.pathname === location.pathname) return;
    event.preventDefault();
    go(url.pathname + url.search);
  });
}
