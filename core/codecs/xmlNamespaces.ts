import { attributesOf } from './xmlText.ts';

/** The namespace of `xsi:nil` and `xsi:type`. */
export const INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';

/** Prefixes that mean the namespace of `xsi:nil` and `xsi:type` where they are in scope. */
export type InstancePrefixes = ReadonlySet<string>;

/** Where nothing is declared, as in fragments, `xsi` means what it means everywhere. */
export const usualPrefixes: InstancePrefixes = new Set(['xsi']);

/** The prefixes inside an element that has these attributes. */
export function scopeOf(
  outer: InstancePrefixes,
  attributes: Iterable<{ name: string; value: string }>,
): InstancePrefixes {
  let inner: Set<string> | undefined;
  for (const { name, value } of attributes) {
    if (!name.startsWith('xmlns:')) continue;
    const prefix = name.slice('xmlns:'.length);
    const means = value.trim() === INSTANCE;
    if (means === outer.has(prefix)) continue;
    inner ??= new Set(outer);
    if (means) inner.add(prefix);
    else inner.delete(prefix);
  }
  return inner ?? outer;
}

/** The same for the text of a start tag's attributes. */
export const scopeOfTag = (outer: InstancePrefixes, attributes: string): InstancePrefixes =>
  attributes.includes('xmlns:') ? scopeOf(outer, attributesOf(attributes)) : outer;

/** `nil` of `i:nil`, where `i` means that namespace. */
export function instanceName(name: string, prefixes: InstancePrefixes): string | undefined {
  const colon = name.indexOf(':');
  return colon > 0 && prefixes.has(name.slice(0, colon)) ? name.slice(colon + 1) : undefined;
}

export const localName = (name: string): string => name.slice(name.indexOf(':') + 1);
