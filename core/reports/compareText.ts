/** Order of the stores: by the bytes of UTF-8, which differs from that of JavaScript beyond U+D7FF. */
export function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
