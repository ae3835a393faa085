/** More than these are found by a Set. */
const FEW = 8;

/** Things in the order in which they came, each once. Of few it takes no Set to know them again. */
export class EachOnce<Thing> {
  list: Thing[];
  #known: Set<Thing> | undefined;

  /** It keeps the list, in which nothing is twice. */
  constructor(list: Thing[]) {
    this.list = list;
  }

  has(thing: Thing): boolean {
    // Whoever adds something often adds it again at once.
    if (this.list.at(-1) === thing) return true;
    if (this.list.length > FEW) this.#known ??= new Set(this.list);
    return this.#known ? this.#known.has(thing) : this.list.includes(thing);
  }

  /** False where it was there. */
  add(thing: Thing): boolean {
    if (this.has(thing)) return false;
    this.addNew(thing);
    return true;
  }

  /** What is surely not there yet. */
  addNew(thing: Thing): void {
    // Most never have more than one.
    if (this.list.length === 0) this.list = [thing];
    else this.list.push(thing);
    this.#known?.add(thing);
  }

  /** The one that was added last is not there any more. */
  takeBack(): void {
    const last = this.list.pop()!;
    this.#known?.delete(last);
  }
}
