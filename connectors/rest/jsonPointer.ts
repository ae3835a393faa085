/** JSON Pointer (RFC 6901): `/paging/next`, `/@odata.nextLink`, `/items/0/id`. */

export const isJsonPointer = (text: string): boolean => /^(?:\/(?:[^~]|~[01])*)+$/.test(text);

/** What stands there; undefined where nothing does. */
export function pointedAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** As a text where it is a text or a number; undefined for all else, an empty text too. */
export function textAt(document: unknown, pointer: string): string | undefined {
  const value = pointedAt(document, pointer);
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** Undefined where it is no JSON. */
export function parsedJson(body: Buffer | undefined): unknown {
  if (!body) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
