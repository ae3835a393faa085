/** The order that SQLite gives text: by the bytes of UTF-8, not by UTF-16 as `<` has it. */
export function compareUtf8(one: string, other: string): number {
  return one === other ? 0 : Buffer.compare(Buffer.from(one), Buffer.from(other));
}
