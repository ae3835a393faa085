/** What an object or list takes besides what is in it, and what each of its fields takes: as measured of rows. */
const OBJECT_BYTES = 60;
const FIELD_BYTES = 28;

/** About what a value that came from a payload takes in memory. */
export function bytesInMemory(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let bytes = OBJECT_BYTES;
  if (Array.isArray(value)) {
    for (const element of value) bytes += FIELD_BYTES + bytesInMemory(element);
    return bytes;
  }
  for (const name in value) {
    const field = (value as Record<string, unknown>)[name];
    bytes += FIELD_BYTES + (typeof field === 'string' ? field.length : bytesInMemory(field));
  }
  return bytes;
}
