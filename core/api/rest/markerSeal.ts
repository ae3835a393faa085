/**
 * Page markers of callers who see only some rows. A marker is the key of the last row that was read, which may be one that
 * they do not see; so they get it encrypted, and no other is taken back.
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { invalidCursor } from '../../cursor.ts';
import { StockbusError } from '../../errors.ts';
import type { Caller } from '../auth/Caller.ts';

export interface MarkerSeal {
  seal(next: string): string;
  /** Throws CURSOR_INVALID. */
  open(after: string): string;
}

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Markers have lengths in such steps: how long the name in one is tells nothing. */
const STEP = 128;

const asTheyAre: MarkerSeal = { seal: (next) => next, open: (after) => after };

/** `list`: a marker of another is none of this one. */
export function markerSeal({ actor, rows, markerKey }: Caller, list: string): MarkerSeal {
  if (!rows) return asTheyAre;
  if (!markerKey) throw new StockbusError('INTERNAL', `'${actor}' sees some rows, without a key`);
  return {
    seal(next) {
      const text = next.padEnd(Math.ceil(next.length / STEP) * STEP);
      // Of what is in it, so that the same page has the same marker, and the same tag.
      const iv = createHmac('sha256', markerKey).update(`${list} ${text}`).digest();
      const cipher = createCipheriv(ALGORITHM, markerKey, iv.subarray(0, IV_BYTES));
      const body = Buffer.concat([cipher.setAAD(Buffer.from(list)).update(text), cipher.final()]);
      const parts = [iv.subarray(0, IV_BYTES), cipher.getAuthTag(), body];
      return Buffer.concat(parts).toString('base64url');
    },
    open(after) {
      const bytes = Buffer.from(after, 'base64url');
      if (bytes.length <= IV_BYTES + TAG_BYTES) throw invalidCursor();
      const [iv, tag, body] = [
        bytes.subarray(0, IV_BYTES),
        bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES),
        bytes.subarray(IV_BYTES + TAG_BYTES),
      ];
      const options = { authTagLength: TAG_BYTES };
      const decipher = createDecipheriv(ALGORITHM, markerKey, iv, options);
      decipher.setAAD(Buffer.from(list)).setAuthTag(tag);
      const text = decipher.update(body);
      try {
        return Buffer.concat([text, decipher.final()]).toString().trimEnd();
      } catch {
        // Forged, or of somebody else: `final` throws for nothing else.
        throw invalidCursor();
      }
    },
  };
}
