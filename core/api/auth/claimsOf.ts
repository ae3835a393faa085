import { StockbusError } from '../../errors.ts';
import type { OidcConfig } from '../../flow/hubConfig.ts';
import { isObject } from '../../spec.ts';
import { scopesOf } from './keyWishOf.ts';
import { type ApiScope, scopeNames } from './scopes.ts';

/** Who somebody is, and what he may, as a provider says. */
export interface Claimed {
  name: string;
  scopes: readonly ApiScope[];
}

/** Throws HTTP_UNAUTHORIZED where the claims name nobody. */
export function claimsOf(
  claims: Readonly<Record<string, unknown>>,
  { claim, scopes, name: nameClaim }: OidcConfig,
): Claimed {
  const name = claims[nameClaim];
  if (typeof name !== 'string' || !/^[^\p{Cc}\p{Cf}]{1,128}$/u.test(name)) {
    const message = `the claim '${nameClaim}' of the token names nobody`;
    throw new StockbusError('HTTP_UNAUTHORIZED', message);
  }
  const allowed = wordsOf(valueAt(claims, claim)).flatMap((word) => allows(word, scopes));
  return { name, scopes: [...new Set(allowed)] };
}

/** Throws ACCESS_UNFIT where the configuration allows what is no scope. */
export function checkScopes({ scopes }: OidcConfig): void {
  for (const names of Object.values(scopes ?? {})) scopesOf(names);
}

function allows(word: string, map: OidcConfig['scopes']): readonly ApiScope[] {
  if (map) return Object.hasOwn(map, word) ? scopesOf(map[word]!) : [];
  return scopeNames.filter((scope) => scope === word);
}

/** `realm_access.roles` by its whole name, or as one within another. */
function valueAt(claims: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  return path
    .split('.')
    .reduce<unknown>(
      (at, name) => (isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined),
      claims,
    );
}

function wordsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.split(' ');
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : [];
}
