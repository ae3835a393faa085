import { Store } from './Store.ts';

const media = matchMedia('(max-width: 719px)');

/** A phone, or a window like one: where a picture would not be read. As wide as narrow.css has it. */
export const isNarrow = new Store(media.matches);
media.addEventListener('change', ({ matches }) => isNarrow.set(matches));
