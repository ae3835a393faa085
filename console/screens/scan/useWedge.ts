/**
 * Scanners that act as a keyboard. What they write goes to the field for scans where no field has the focus, and Enter
 * takes it there. A burst in another field, faster than anybody types and ended by Enter or Tab, is a scan all the
 * same, and leaves that field as it was.
 */
import { useEffect, useRef } from 'preact/hooks';

const MOST_BETWEEN_MS = 100;
const MOST_MEAN_MS = 45;
const FEWEST_KEYS = 4;
const GS = '\u001d';

interface Burst {
  text: string;
  startMs: number;
  lastMs: number;
  field: HTMLInputElement | undefined;
  before: string;
}

export function useWedge(
  onScan: (text: string) => void,
  fieldOf: () => HTMLInputElement | null,
): void {
  const latest = useRef(onScan);
  latest.current = onScan;
  useEffect(() => {
    let burst: Burst | undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.altKey || event.metaKey || document.querySelector('dialog[open]')) return;
      const own = fieldOf();
      if (event.key === 'Enter' || event.key === 'Tab') {
        const found = burst;
        burst = undefined;
        if (!found || found.field === own || !isScan(found, event.timeStamp)) return;
        event.preventDefault();
        event.stopPropagation();
        putBack(found);
        latest.current(found.text);
        return;
      }
      const text = keyText(event);
      if (text === undefined) return;
      // Letters are codes here, and no keys of the page.
      if (!isField(event.target) && /[\w\](]/.test(text)) {
        event.stopPropagation();
        own?.focus();
      }
      if (text === GS && own && document.activeElement === own) write(own, own.value + GS);
      if (!burst || event.timeStamp - burst.lastMs > MOST_BETWEEN_MS) burst = begun(event);
      burst.text += text;
      burst.lastMs = event.timeStamp;
    };
    addEventListener('keydown', onKey, true);
    return () => removeEventListener('keydown', onKey, true);
  }, []);
}

/** GS comes as Ctrl and ], which is what it is on a keyboard. */
function keyText({ key, ctrlKey }: KeyboardEvent): string | undefined {
  if (ctrlKey) return key === ']' ? GS : undefined;
  return key.length === 1 ? key : undefined;
}

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName);

function begun({ timeStamp }: KeyboardEvent): Burst {
  const { activeElement } = document;
  const field = activeElement instanceof HTMLInputElement ? activeElement : undefined;
  const times = { startMs: timeStamp, lastMs: timeStamp };
  return { text: '', ...times, field, before: field?.value ?? '' };
}

function isScan({ text, startMs, lastMs }: Burst, endMs: number): boolean {
  if (text.length < FEWEST_KEYS || endMs - lastMs > MOST_BETWEEN_MS) return false;
  return (lastMs - startMs) / (text.length - 1) <= MOST_MEAN_MS;
}

function putBack({ field, before }: Burst): void {
  if (field) write(field, before);
}

function write(field: HTMLInputElement, text: string): void {
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
