/** From whom mails are taken: addresses, or all of a domain as `*@supplier.example`. */
import type { Field } from '../../core/spec.ts';
import { either, list, text } from '../../core/spec.ts';

export const ANYBODY = 'any';

const sender = text('An address, or `*@` and a domain.', {
  pattern: /^(\*|[^@\s*]+)@[^@\s*]+$/,
  shape: 'an address, or *@ and a domain',
});

export function sendersField(about: string): Field<string | string[]> {
  return either<string | string[]>(about, [
    { when: Array.isArray, field: list(about, sender, { min: 1 }) },
    {
      when: () => true,
      field: text(about, { pattern: /^any$/, shape: 'a list of addresses, or `any`' }),
    },
  ]);
}

/** Of several senders each must be allowed; upper and lower case are one. */
export function isAllowed(senders: string | readonly string[], from: readonly string[]): boolean {
  if (senders === ANYBODY) return true;
  const allowed = [senders].flat().map((one) => one.toLowerCase());
  const fits = (address: string): boolean =>
    allowed.some((one) =>
      one.startsWith('*@') ? address.endsWith(one.slice(1)) : address === one,
    );
  return from.length > 0 && from.every((address) => fits(address.toLowerCase()));
}
