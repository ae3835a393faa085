import { type Screen, screens } from '../screens.ts';
import { useStore } from '../state/Store.ts';
import { session } from '../state/session.ts';

/** Those that who looks may see, in their order. */
export function useScreens(): readonly Screen[] {
  const scopes = useStore(session)?.scopes ?? [];
  return screens.filter(({ needs }) => needs === undefined || scopes.includes(needs));
}
