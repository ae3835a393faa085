import type { TextKey } from '../../console/texts.ts';

interface RegisteredScreen {
  path: string;
  title: TextKey;
}

/** The screens of the console; by their address, since types of a page are not those of a program. */
export async function registeredScreens(): Promise<readonly RegisteredScreen[]> {
  const { screens } = await import(new URL('../../console/screens.ts', import.meta.url).href);
  return screens;
}
