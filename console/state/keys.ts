/** Keys of the page: single ones, and `g` then a letter. What is typed into a field is nobody's key. */
import { useEffect, useRef } from 'preact/hooks';
import { settings } from './settings.ts';

/** By key as `KeyboardEvent.key` has it, or two with a space between: `j`, `Enter`, `g p`. */
export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const layers: { current: Keys }[] = [];
let before = '';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !/^(?:checkbox|radio|button)$/.test((target as HTMLInputElement).type);

/** Those of what was drawn last come first: a drawer closes before its table. */
export function useKeys(keys: Keys): void {
  const layer = useRef(keys);
  layer.current = keys;
  useEffect(() => {
    layers.push(layer);
    return () => void layers.splice(layers.indexOf(layer), 1);
  }, []);
}

export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
    const isLetter = event.key.length === 1;
    if (isLetter && !settings.value.keys) return;
    if (isTyping(event.target) && event.key !== 'Escape') return;
    // Enter and Space belong to what has the focus.
    const onControl = (event.target as Element).closest?.('a, button, summary, input');
    if (onControl && (event.key === 'Enter' || event.key === ' ')) return;
    const both = `${before} ${event.key}`;
    before = event.key === 'g' ? 'g' : '';
    for (const { current } of layers.toReversed()) {
      const found = current[both] ?? (both.startsWith('g ') ? undefined : current[event.key]);
      if (!found) continue;
      event.preventDefault();
      before = '';
      found(event);
      return;
    }
  });
}
