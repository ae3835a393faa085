import type { Scope } from '../../ports.ts';

/** How variables such as `$source` are read from a scope. */
export type Variables = Readonly<Record<string, (scope: Scope) => unknown>>;
