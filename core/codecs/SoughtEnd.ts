const MARK = /["'<>]/g;

/**
 * Looks for the end of a tag, with `>` in quotes minded. Goes on where it stopped when more text has come: a
 * tag of a megabyte would else be gone through again with each chunk.
 */
export class SoughtEnd {
  /** Characters of the tag that were looked at. */
  #seen = 1;
  #quote = '';

  /** Whether the tag that begins at `from` ends in the text, or another begins within it. */
  isIn(text: string, from: number): boolean {
    for (;;) {
      const next = from + this.#seen;
      const at = this.#quote === '' ? indexOfMark(text, next) : text.indexOf(this.#quote, next);
      if (at === -1) {
        this.#seen = text.length - from;
        return false;
      }
      const char = text.charAt(at);
      if (char === '>' || char === '<') return true;
      this.#quote = this.#quote === '' ? char : '';
      this.#seen = at + 1 - from;
    }
  }
}

/** Where a start tag ends, or a value or another tag begins; -1 where that is not in the text. */
function indexOfMark(text: string, from: number): number {
  MARK.lastIndex = from;
  return MARK.exec(text)?.index ?? -1;
}
