import { useEffect, useState } from 'preact/hooks';
import type { Rehearsed } from '../../../schemas/generated/api.d.ts';
import { type Answer, tell } from '../../api/client.ts';

/** So that not every letter is tried. */
const TYPED_MS = 300;

/** What a replay would do with these corrections; nothing is written. The last answer stays until there is another. */
export function useRehearsal(id: string | undefined, body: object): Partial<Answer<Rehearsed>> {
  const [answer, setAnswer] = useState<Partial<Answer<Rehearsed>>>({});
  const said = JSON.stringify(body);
  useEffect(() => {
    if (id === undefined) return setAnswer({});
    const abort = new AbortController();
    const ask = (): void =>
      void tell<Rehearsed>(`/v1/parked/${encodeURIComponent(id)}/rehearse`, {
        body: JSON.parse(said),
        signal: abort.signal,
      }).then(setAnswer, () => undefined); // somebody typed on
    const timer = setTimeout(ask, said === '{}' ? 0 : TYPED_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [id, said]);
  return answer;
}
