/**
 * Keeps calls away from this machine and private networks (OWASP: Server Side Request Forgery): every address that a name has
 * is looked at when the connection is made, so that no later answer of a name server leads elsewhere.
 */
import { type LookupAllOptions, type LookupOptions, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const notPublic = new BlockList();
/** IANA's registries of special-purpose addresses. */
const subnets: readonly (readonly [string, number])[] = [
  ...([
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
  ] as const),
  ...([
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.168.0.0', 16],
  ] as const),
  ...([
    ['198.18.0.0', 15],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ] as const),
  ...([
    ['::', 127],
    ['fc00::', 7],
    ['fe80::', 10],
    ['ff00::', 8],
    ['64:ff9b:1::', 48],
  ] as const),
];
for (const [network, prefix] of subnets)
  notPublic.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');

/** An address that not everybody could call. */
export class PrivateAddress extends Error {
  constructor(host: string) {
    super(`'${host}' is an address of this machine or of a private network`);
  }
}

/** Of IPv6, also what stands for an address of IPv4 (`::ffff:10.0.0.1`, `64:ff9b::10.0.0.1`). */
function isPrivate(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  if (notPublic.check(address, family === 6 ? 'ipv6' : 'ipv4')) return true;
  const embedded = family === 6 ? embeddedIn(address) : undefined;
  return embedded !== undefined && notPublic.check(embedded, 'ipv4');
}

function embeddedIn(address: string): string | undefined {
  const url = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const groups = /^(?:::ffff:|64:ff9b::)(?:([\da-f]{1,4}):)?([\da-f]{1,4})$/.exec(url);
  if (!groups) return undefined;
  const [high, low] = [parseInt(groups[1] ?? '0', 16), parseInt(groups[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Throws PrivateAddress for what is no name but such an address. */
export function refusePrivate(hostname: string): void {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isPrivate(address)) throw new PrivateAddress(address);
}

/** For connections: fails where any of the addresses of a name is private. */
export const publicOnly: LookupFunction = (hostname, options, callback) => {
  const all: LookupAllOptions = { ...(options as LookupOptions), all: true };
  lookup(hostname, all, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const found = addresses.find(({ address }) => isPrivate(address));
    if (found) return callback(new PrivateAddress(`${hostname}, ${found.address}`), '', 0);
    if (options.all) return callback(null, addresses);
    const [first] = addresses;
    return callback(null, first!.address, first!.family);
  });
};
