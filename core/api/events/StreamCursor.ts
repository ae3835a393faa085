import { StockbusError } from '../../errors.ts';
import type { EventGroup } from '../../relayedEvents.ts';

/** `00-17.1f-233`: of each group the number of the last event that was read; `0`: none of any. */
const FORM = /^(?:0|[0-9a-z]{1,8}-\d{1,15}(?:\.[0-9a-z]{1,8}-\d{1,15}){0,511})$/;

/** How far a reader has come in each group: what he gives back to go on from there, on whatever process. */
export class StreamCursor {
  readonly #after = new Map<string, number>();
  #text: string | undefined;

  /** Throws CURSOR_INVALID. */
  static of(text: string, field: string): StreamCursor {
    if (!FORM.test(text)) {
      throw new StockbusError(
        'CURSOR_INVALID',
        'this is no id of an event stream',
        { field },
        {
          todo: 'Give back the `id` of the last event that you have, or leave it out to begin now.',
        },
      );
    }
    const cursor = new StreamCursor();
    if (text === '0') return cursor;
    for (const part of text.split('.')) {
      const [group = '', number = ''] = part.split('-');
      cursor.#after.set(group, Number(number));
    }
    return cursor;
  }

  /** After all that there is. */
  static after(groups: readonly EventGroup[]): StreamCursor {
    const cursor = new StreamCursor();
    for (const { group, last } of groups) cursor.#after.set(group, last);
    return cursor;
  }

  /** Number of the last event of a group that was read; 0 of a group that was not there yet. */
  of(group: string): number {
    return this.#after.get(group) ?? 0;
  }

  get groups(): string[] {
    return [...this.#after.keys()];
  }

  moveTo(group: string, number: number): void {
    this.#after.set(group, number);
    this.#text = undefined;
  }

  get text(): string {
    this.#text ??= [...this.#after].map(([group, number]) => `${group}-${number}`).join('.') || '0';
    return this.#text;
  }
}
