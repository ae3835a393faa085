import { hash } from 'node:crypto';

/** The same for the same bytes, with the time that they say; in the form of any other id, and sorted among those by that time. */
export function idOfContent(body: Uint8Array, time: string): string {
  const digest = hash('sha256', body, 'hex');
  const ms = Math.max(0, Date.parse(time) || 0);
  const at = ms.toString(16).padStart(12, '0');
  const rest = `7${digest.slice(0, 3)}-8${digest.slice(3, 6)}-${digest.slice(6, 18)}`;
  return `${at.slice(0, 8)}-${at.slice(8)}-${rest}`;
}
