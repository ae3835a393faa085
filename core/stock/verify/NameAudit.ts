import { isOutside, returnedTo } from '../../ledger.ts';
import type { PostedDocument, SkuBooks, SkuPointer, StoredPack } from '../../pack.ts';
import type { MovedPack } from '../../packBody.ts';
import type { Differences } from './Differences.ts';

/**
 * Whether who looks for a document, a partner, a reference, a lot or a place finds every entry that names it. The
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
    for (let index = 0; index < documents.length; index += 1) {
      const posted = documents[index];
      if (posted) this.#findDocument(stored, posted, named[index]![0]);
    }
    const names = { lot: noNames, return: noNames };
    for (const entry of entries) {
      const lot = entry[8];
      if (lot) names.lot = withOne(names.lot, lot);
      const reference = documents[entry[1]]?.reference ?? '';
      if (reference === '') continue;
      const returned = returnedTo({ kind: routes[entry[0]]![0], reference });
      if (returned) names.return = withOne(names.return, returned);
    }
    for (const name of names.lot) this.#findName(stored, 'lot', name);
    for (const name of names.return) this.#findName(stored, 'return', name);
    for (const route of routes) this.#places.add(route[1]).add(route[2]);
  }

  #findDocument(stored: StoredPack, posted: PostedDocument, number: number): void {
    const { document, partner, reference } = posted;
    if (!stored.isFoundBy(number)) {
      this.#lacks(stored, `document ${document}, whose list of packs does not name it`);
    }
    if (partner !== '' && !stored.isFoundByPartner(number)) {
      const what = `document ${document} of ${partner}, and is not found by that partner`;
      this.#lacks(stored, what);
    }
    if (reference !== '' && !stored.isFoundByReference(number)) {
      const what = `document ${document} that refers to ${reference}, and is not found by that`;
      this.#lacks(stored, what);
    }
  }

  #findName(stored: StoredPack, kind: 'lot' | 'return', name: string): void {
    if (stored.isFoundByName(kind, name)) return;
    const of = kind === 'lot' ? 'lot' : 'returns to';
    this.#lacks(stored, `${of} ${name}, and is not found by it`);
  }

  #lacks({ version }: StoredPack, what: string): void {
    this.#report(`pack ${version} has entries of ${what}`);
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

/** Most packs have none. */
const noNames: ReadonlySet<string> = new Set();

const withOne = (names: ReadonlySet<string>, name: string): ReadonlySet<string> =>
  names === noNames ? new Set([name]) : (names as Set<string>).add(name);
