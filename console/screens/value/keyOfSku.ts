/** What the drawer shows the journal of, as the address names it: `sku/…` or `document/…`. */
export const keyOfSku = ({ sku }: { sku: string }): string => `sku/${sku}`;
export const keyOfDocument = (document: string): string => `document/${document}`;

export function journalOf(key: string): { kind: 'sku' | 'document'; name: string } {
  const at = key.indexOf('/');
  const kind = key.slice(0, at) === 'document' ? 'document' : 'sku';
  return { kind, name: key.slice(at + 1) };
}
