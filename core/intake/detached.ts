/**
 * V8 keeps the whole text of which a string is a part for as long as the part is kept. What is kept of a payload of which most
 * is dropped is copied out of it, so that memory follows what is kept and not what was read.
 */
import type { HandedRecord, InboundMessage } from '../flow/compiledFlow.ts';

/** Where fewer than one record in so many is kept, texts that were read outweigh what is kept of them. */
const KEPT_IN = 4;

export const isMostlyDropped = (kept: number, dropped: number): boolean =>
  kept * (KEPT_IN - 1) < dropped;

/** The same with texts of its own; what several have in common is copied once, where they are given the same `copies`. */
export const detached = <Kept extends InboundMessage | HandedRecord>(
  kept: Kept,
  copies: Map<object, unknown>,
): Kept => copyOf(kept, copies) as Kept;

/** Of texts, lists and plain objects; all else holds no text of the payload. */
function copyOf(value: unknown, copies: Map<object, unknown>): unknown {
  if (typeof value === 'string') return Buffer.from(value, 'utf16le').toString('utf16le');
  if (Array.isArray(value)) return value.map((part) => copyOf(part, copies));
  if (!isPlain(value)) return value;
  const known = copies.get(value);
  if (known) return known;
  const copy: Record<string, unknown> =
    Object.getPrototypeOf(value) === null ? Object.create(null) : {};
  copies.set(value, copy);
  for (const [name, part] of Object.entries(value)) define(copy, name, copyOf(part, copies));
  return copy;
}

/** A field may be called `__proto__`. */
const define = (target: object, name: string, value: unknown): object =>
  Object.defineProperty(target, name, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
