import { isOutside, returnedTo } from '../../ledger.ts';
import type { PostedDocument, SkuBooks, SkuPointer, StoredPack } from '../../pack.ts';
import type { MovedPack } from '../../packBody.ts';
import type { Differences } from './Differences.ts';

/**
 * Whether who looks for a document, a partner, a lot or a place finds every entry that names it. The
 * other way round nothing is to be compared: what is found and names it not is never shown.
 */
export class NameAudit {
  readonly #differences: Differences;
  readonly #places = new Set<string>();

  constructor(differences: Differences) {
    this.#differences = differences;
  }

  /** `documents` are those that it names, in order, as far as they are there. */
  pack(
    stored: StoredPack,
    { routes, documents: named, entries }: MovedPack,
    documents: readonly (PostedDocument | undefined)[],
  ): void {
    const holds = (what: string): void =>
      this.#report(`pack ${stored.version} has entries of ${what}`);
    for (const [index, [number]] of named.entries()) {
      const posted = documents[index];
      if (!posted) continue;
      const { document, partner } = posted;
      if (!stored.isFoundBy(number)) {
        holds(`document ${document}, whose list of packs does not name it`);
      }
      if (partner !== '' && !stored.isFoundByPartner(number)) {
        holds(`document ${document} of ${partner}, and is not found by that partner`);
      }
    }
    const names = { lot: new Set<string>(), return: new Set<string>() };
    for (const [route, place, , , , , , , lot] of entries) {
      if (lot) names.lot.add(lot);
      const { reference = '' } = documents[place] ?? {};
      const returned = returnedTo({ kind: routes[route]![0], reference });
      if (returned) names.return.add(returned);
    }
    for (const kind of ['lot', 'return'] as const) {
      for (const name of names[kind]) {
        const of = kind === 'lot' ? 'lot' : 'returns to';
        if (!stored.isFoundByName(kind, name)) holds(`${of} ${name}, and is not found by it`);
      }
    }
    for (const [, from, to] of routes) this.#places.add(from).add(to);
  }

  finish({ balances }: SkuBooks, pointer: SkuPointer): void {
    for (const { place } of balances) this.#places.add(place);
    const found = new Set(pointer.places);
    for (const place of this.#places) {
      if (isOutside(place) || found.has(place)) continue;
      this.#report(`it was at ${place}, and is not found by that place`);
    }
  }

  #report(message: string): void {
    this.#differences.report('chain', message);
  }
}
