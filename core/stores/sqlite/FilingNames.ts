import type { Statements } from './Statements.ts';

/** Numbers of documents that are kept in memory, at most. */
const NUMBERS_KEPT = 2 ** 21;

/** Whether what finds packs by partner and by lot finds one, asked pack by pack by whoever reads them all. */
export class FilingNames {
  readonly #read: <T>(action: (statements: Statements) => T) => T;
  /** The documents of a partner in a commit, in order. */
  readonly #numbers = new Map<string, Int32Array>();
  #kept = 0;

  constructor(read: <T>(action: (statements: Statements) => T) => T) {
    this.#read = read;
  }

  isOfPartner(partner: string, commit: number, number: number): boolean {
    const key = `${commit} ${partner}`;
    const numbers = this.#numbers.get(key) ?? this.#keep(key, this.#numbersOf(partner, commit));
    let low = 0;
    let high = numbers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (numbers[middle]! < number) low = middle + 1;
      else high = middle;
    }
    return numbers[low] === number;
  }

  isOfLot(lot: string, pack: number): boolean {
    const sql = 'SELECT 1 FROM lots WHERE lot = ? AND pack = ?';
    return this.#read((statements) => statements.column(sql, [lot, pack]).length > 0);
  }

  #numbersOf(partner: string, commit: number): Int32Array {
    const sql = 'SELECT numbers FROM partners WHERE partner = ? AND commit_no = ?';
    const [numbers = '[]'] = this.#read((statements) => statements.column(sql, [partner, commit]));
    return Int32Array.from(JSON.parse(numbers) as number[]).sort();
  }

  #keep(key: string, numbers: Int32Array): Int32Array {
    if (this.#kept > NUMBERS_KEPT) {
      this.#numbers.clear();
      this.#kept = 0;
    }
    this.#numbers.set(key, numbers);
    this.#kept += numbers.length;
    return numbers;
  }
}
