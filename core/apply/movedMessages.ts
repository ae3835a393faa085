/**
 * Cuts what the packs of a commit tell into messages: by events, and by the length of their text. Lists are gone
 * through by their places: there are many packs, and most have few entries.
 */
import type { LedgerEntry } from '../ledger.ts';
import { limits } from '../limits.ts';
import type { CommitPack, PostedDocument } from '../pack.ts';
import { type MovedPack, type StoredEntry, seqOf } from '../packBody.ts';
import { movedOf, movedPart } from '../packFrom.ts';
import { documentText, type MovedHead, movedText, type PackRange } from '../relay/movedText.ts';
import { eventsOfStored, type ToldPart, toldPart } from '../toldPack.ts';

/** What of one commit goes together. */
class MovedMessage {
  readonly ranges: PackRange[] = [];
  readonly #parts: ToldPart[] = [];
  /** Numbers of those that the packs name. */
  readonly #documents: number[] = [];
  readonly #texts: DocumentTexts;
  events = 0;
  #characters = 0;

  constructor(texts: DocumentTexts) {
    this.#texts = texts;
  }

  /** False where it has no room. One that is too large goes alone. */
  take(range: PackRange, events: number, part: ToldPart): boolean {
    const characters = this.#characters + this.#lengthOf(part);
    const isTooMuch = this.events + events > limits.batchRecords || characters > limits.batchBytes;
    if (isTooMuch && this.events > 0) return false;
    this.#characters = characters;
    this.ranges.push(range);
    this.#parts.push(part);
    this.events += events;
    const { documents } = part;
    for (let index = 0; index < documents.length; index += 1) {
      const number = documents[index]!;
      if (this.#texts.isNew(number, this)) this.#documents.push(number);
    }
    return true;
  }

  text(head: MovedHead): string {
    return movedText(head, this.#parts, this.#documents, (number) => this.#texts.at(number));
  }

  #lengthOf({ text, documents }: ToldPart): number {
    let length = text.length;
    for (let index = 0; index < documents.length; index += 1) {
      const number = documents[index]!;
      if (!this.#texts.isNamed(number, this)) length += this.#texts.at(number).length;
    }
    return length;
  }
}

/** Of the documents of a commit, each made once. */
class DocumentTexts {
  readonly #posted: readonly PostedDocument[];
  readonly #texts: string[] = [];
  /** Which message named it last. */
  readonly #named: MovedMessage[] = [];

  constructor(posted: readonly PostedDocument[]) {
    this.#posted = posted;
  }

  at(number: number): string {
    const known = this.#texts[number];
    if (known !== undefined) return known;
    const text = documentText(this.#posted[number]!);
    this.#texts[number] = text;
    return text;
  }

  isNamed(number: number, message: MovedMessage): boolean {
    return this.#named[number] === message;
  }

  /** Named by the message from now on: true where it was not before. */
  isNew(number: number, message: MovedMessage): boolean {
    if (this.isNamed(number, message)) return false;
    this.#named[number] = message;
    return true;
  }

  lengthOf(numbers: readonly number[]): number {
    let length = 0;
    for (let index = 0; index < numbers.length; index += 1)
      length += this.at(numbers[index]!).length;
    return length;
  }
}

/** In the order of the packs; a pack whose text is long for one message goes in several. */
export function movedMessages(
  packs: readonly CommitPack[],
  posted: readonly PostedDocument[],
): MovedMessage[] {
  const texts = new DocumentTexts(posted);
  const messages: MovedMessage[] = [];
  let open = new MovedMessage(texts);
  const add: Told = (range, events, part) => {
    if (open.take(range, events, part)) return;
    messages.push(open);
    open = new MovedMessage(texts);
    open.take(range, events, part);
  };
  for (const pack of packs) tell(pack, texts, add);
  if (open.events > 0) messages.push(open);
  return messages;
}

/** Entries of one pack that go together. */
type Told = (range: PackRange, events: number, part: ToldPart) => void;

function tell(pack: CommitPack, texts: DocumentTexts, add: Told): void {
  const { sku, version, entries, documents } = pack;
  let events = 0;
  let told = 0;
  for (let index = 0; index < entries.length; index += 1) {
    const ofEntry = eventsOf(entries[index]!);
    events += ofEntry;
    if (ofEntry > 0) told += 1;
  }
  if (events === 0) return;
  const moved = movedPart(pack);
  if (events <= limits.batchRecords && told === entries.length) {
    if (moved.length + texts.lengthOf(documents) <= limits.batchBytes) {
      const range: PackRange = [sku, version, entries[0]!.seq, entries.at(-1)!.seq];
      add(range, events, { text: moved, documents });
      return;
    }
  }
  const parsed = movedOf(pack);
  for (const { from, to, events: count } of cut(parsed, texts)) {
    add([sku, version, from, to], count, toldPart(moved, parsed, from, to));
  }
}

const eventsOf = ({ fromAfter, toAfter }: LedgerEntry): number =>
  (fromAfter ? 1 : 0) + (toAfter ? 1 : 0);

/** Ranges of entries, each with room in a message of its own; an entry is never cut. */
function cut(moved: MovedPack, texts: DocumentTexts): OpenRange[] {
  const ranges: OpenRange[] = [];
  let open: OpenRange | undefined;
  for (const [index, entry] of moved.entries.entries()) {
    const events = eventsOfStored(entry);
    if (events === 0) continue;
    const seq = seqOf(moved, index);
    if (open?.take(entry, seq, events)) continue;
    open = new OpenRange(moved, texts);
    ranges.push(open);
    open.take(entry, seq, events);
  }
  return ranges;
}

/** Beside the text of an entry: its `seq`, and the number of its document with the time. */
const AROUND = 16;
const AROUND_DOCUMENT = 48;

class OpenRange {
  from = 0;
  to = 0;
  events = 0;
  readonly #moved: MovedPack;
  readonly #texts: DocumentTexts;
  readonly #routes = new Set<number>();
  readonly #documents = new Set<number>();
  #characters = 0;

  constructor(moved: MovedPack, texts: DocumentTexts) {
    this.#moved = moved;
    this.#texts = texts;
  }

  /** False where that would be too much. */
  take(entry: StoredEntry, seq: number, events: number): boolean {
    const [route, document] = entry;
    const characters =
      this.#characters + AROUND + JSON.stringify(entry).length + this.#namesOf(route, document);
    const isTooMuch = this.events + events > limits.batchRecords || characters > limits.batchBytes;
    if (isTooMuch && this.events > 0) return false;
    if (this.events === 0) this.from = seq;
    this.to = seq;
    this.events += events;
    this.#characters = characters;
    this.#routes.add(route);
    this.#documents.add(document);
    return true;
  }

  #namesOf(route: number, document: number): number {
    const { routes, documents } = this.#moved;
    let length = 0;
    if (!this.#routes.has(route)) length += JSON.stringify(routes[route]).length;
    if (this.#documents.has(document)) return length;
    return length + AROUND_DOCUMENT + this.#texts.at(documents[document]![0]).length;
  }
}
