/** Says something to who listens rather than looks: what was copied, what came, what was done. */
import { Store } from './Store.ts';

export const announced = new Store('');

export const announce = (text: string): void => {
  // The same text twice is said twice.
  announced.set(announced.value === text ? `${text} ` : text);
};
