import { announce } from '../state/announce.ts';

/** Copies, and says what. */
export async function copyText(text: string, said: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  announce(said);
}
