/** From where anybody may call at all. */
import type { Request } from 'express';
import { StockbusError } from '../errors.ts';

/** True for addresses that no other machine can reach. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return name === 'localhost' || name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/** Throws CONFIG_UNSAFE_LISTEN when anybody in the network could call, and nobody is asked who he is. */
export function assertSafeListen(host: string, isAsked: boolean): void {
  if (isAsked) return;
  if (isLoopback(host)) return;
  const message = `'${host}' can be reached by other machines, and no API token is set`;
  throw new StockbusError('CONFIG_UNSAFE_LISTEN', message);
}

/**
 * Programs name no origin. Of pages in a browser only those that the hub itself has served have business here: another
 * would act with what its user may, or find the hub of this machine under a host name of its own. Both show in headers
 * that no page can forge. What a user opens himself (`none`) is no page's request, and the way back from a provider of
 * identities is a link that he follows. `known`: where browsers find the hub, where that is configured.
 */
export function pageProblem(request: Request, known?: string): StockbusError | undefined {
  const { origin, 'sec-fetch-site': site = 'none' } = request.headers;
  const isOwn =
    origin === undefined || origin === known || hostOf(origin) === request.host?.toLowerCase();
  if (isOwn && (site === 'none' || site === 'same-origin' || isLink(request))) return undefined;
  return new StockbusError('HTTP_FORBIDDEN', 'the request comes from a page of another site');
}

/** Name and port; undefined of what is no page of the web. */
function hostOf(origin: string): string | undefined {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  return url && /^https?:$/.test(url.protocol) ? url.host : undefined;
}

/** In a window of its own, to where nothing is shown or done but what this browser began. */
const isLink = ({ method, path, headers }: Request): boolean =>
  method === 'GET' &&
  headers['sec-fetch-mode'] === 'navigate' &&
  headers['sec-fetch-dest'] === 'document' &&
  path.startsWith('/v1/session/oidc');

/** Whether a browser sends it: programs have none of these headers. */
export const isFromPage = ({ headers }: Request): boolean =>
  headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;

/** Without a token only whoever names this machine as this machine. */
export function loopbackProblem({ headers }: Request): StockbusError | undefined {
  const url = `http://${headers.host ?? ''}`;
  if (URL.canParse(url) && isLoopback(new URL(url).hostname)) return undefined;
  return new StockbusError('HTTP_FORBIDDEN', 'the Host header names another host than localhost');
}
