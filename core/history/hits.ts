/** What a search finds. */

/** In the order in which they are shown. */
export const hitKinds = [
  ...(['document', 'sku', 'lot', 'location', 'reference', 'order', 'reservation'] as const),
  ...(['partner', 'file', 'payload', 'message', 'parked', 'dead', 'flow'] as const),
] as const;
export type HitKind = (typeof hitKinds)[number];

export interface Hit {
  kind: HitKind;
  /** Its number, code, name or id. */
  key: string;
  match: 'exact' | 'prefix';
  /** What else it is told by: name of an item, partner of a document, flow of a file; may be empty. */
  label: string;
  /** The same and more, by name. */
  facts: Readonly<Record<string, string>>;
  /** Where it is read. */
  href: string;
  /** Where it is told what became of it. */
  history?: string;
}

export interface HitGroup {
  kind: HitKind;
  hits: Hit[];
  /** There are others that begin so. */
  more: boolean;
}
