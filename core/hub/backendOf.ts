import { nearestName, StockbusError } from '../errors.ts';
import type { BackendSpec } from '../ports.ts';

/** Who opens this address. Throws CONFIG_BAD_VALUE. */
export function backendOf<Spec extends BackendSpec<unknown>>(
  what: 'broker' | 'store',
  known: readonly Spec[],
  address: string,
): Spec {
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(address)?.[0].toLowerCase() ?? '';
  const found = known.find(({ schemes }) => schemes.includes(scheme));
  if (found) return found;
  const schemes = known.flatMap((spec) => spec.schemes);
  const near = nearestName(scheme, schemes);
  // Only what is nearly a scheme is shown: anything else may be a part of a password.
  const message = near
    ? `'${scheme}' is not the address of a ${what}`
    : `this is not the address of a ${what}`;
  throw new StockbusError('CONFIG_BAD_VALUE', message, undefined, {
    todo: near
      ? `did you mean '${near}'?`
      : `write an address that begins with ${schemes.join(', ')}`,
  });
}
