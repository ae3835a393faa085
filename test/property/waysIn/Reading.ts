/** What an independent reader makes of bytes, before anybody asks what it means. */

/** Text, a number as it is written, nothing, or a structure. */
export type Said = string | Numeral | null | Said[] | Fields;
export interface Numeral {
  numeral: string;
}
export type Fields = Map<string, Said>;

export interface ReadRow {
  fields: Fields;
  /** Its text is broken: the fields are those before the break, as far as they can be trusted. */
  bad?: true;
  passedOver?: true;
}

export interface Reading {
  rows: ReadRow[];
  /** Nothing of it can be read, or nothing after these rows. */
  refused?: 'whole' | 'rest';
  /**
   * It is broken so that careful people could part it in several ways: these rows are those that
   * nobody would read otherwise, and others may be found.
   */
  torn?: true;
}

export const refusedWhole: Reading = { rows: [], refused: 'whole' };
