/**
 * One text for several, for keys of maps: no two tuples give the same, whatever stands in their parts.
 * The lengths of all but the last go before them, so that no separator can be a part of a name.
 */
export function tupleKey(...parts: readonly [string | number, ...(string | number)[]]): string {
  let lengths = '';
  let joined = '';
  const last = parts.length - 1;
  for (let index = 0; index < last; index += 1) {
    const part = String(parts[index]);
    lengths += `${part.length},`;
    joined += part;
  }
  return `${lengths}:${joined}${parts[last]}`;
}

/** The parts of such a key, as texts. */
export function partsOfKey(key: string): string[] {
  const start = key.indexOf(':') + 1;
  const lengths = key
    .slice(0, start - 1)
    .split(',')
    .slice(0, -1);
  let at = start;
  const parts = lengths.map((length) => {
    const part = key.slice(at, at + parseInt(length, 10));
    at += part.length;
    return part;
  });
  return [...parts, key.slice(at)];
}
