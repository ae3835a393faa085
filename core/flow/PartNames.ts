/** Names for what is handed on of a record, the same whenever its payload is read. */
export class PartNames {
  #record = 0;
  /** By target, of the record that is at its turn: what comes of one record comes in a row. */
  #counts = new Map<string, number>();

  /** `12/audit`, and `12/audit/2` for the next of them. */
  of(record: number, target: string): string {
    if (record !== this.#record) {
      this.#record = record;
      this.#counts = new Map();
    }
    const count = (this.#counts.get(target) ?? 0) + 1;
    this.#counts.set(target, count);
    return count === 1 ? `${record}/${target}` : `${record}/${target}/${count}`;
  }
}
