import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type ApiProblem, ask, urlOf } from './client.ts';

export interface Asking<T> {
  /** The newest answer; that of another address never. */
  data: T | undefined;
  problem: ApiProblem | undefined;
  /** No answer yet, and for longer than an eye notices: show a skeleton. */
  isSlow: boolean;
  reload: () => void;
}

interface Options {
  query?: Readonly<Record<string, string | undefined>>;
  /** Asked again so often, while somebody looks. */
  everyMs?: number;
}

const NOTICED_MS = 100;
const KEPT_ANSWERS = 60;
/** Shown at once when somebody comes back, until the new answer is there. Browsers keep the ETags. */
const answers = new Map<string, unknown>();

/** `path` of undefined asks nothing. */
export function useQuery<T>(path: string | undefined, { query, everyMs }: Options = {}): Asking<T> {
  const url = path === undefined ? undefined : urlOf(path, query);
  const [, redraw] = useState({});
  const state = useRef<{ url?: string | undefined; problem?: ApiProblem; isSlow: boolean }>({
    isSlow: false,
  });
  const [turn, setTurn] = useState(0);
  if (state.current.url !== url) state.current = { url, isSlow: false };
  useEffect(() => {
    if (url === undefined) return;
    const abort = new AbortController();
    const now = state.current;
    const slow = setTimeout(() => {
      now.isSlow = !answers.has(url);
      redraw({});
    }, NOTICED_MS);
    ask<T>(url, { signal: abort.signal }).then(
      ({ data, problem }) => {
        clearTimeout(slow);
        now.isSlow = false;
        if (problem) now.problem = problem;
        else {
          delete now.problem;
          keep(url, data);
        }
        redraw({});
      },
      () => clearTimeout(slow),
    );
    return () => {
      clearTimeout(slow);
      abort.abort();
    };
  }, [url, turn]);
  const reload = useCallback(() => setTurn((count) => count + 1), []);
  useRepeat(reload, everyMs);
  const { problem, isSlow } = state.current;
  const data = url === undefined ? undefined : (answers.get(url) as T | undefined);
  return { data, problem, isSlow, reload };
}

function useRepeat(reload: () => void, everyMs: number | undefined): void {
  useEffect(() => {
    if (everyMs === undefined) return;
    const look = (): void => {
      if (!document.hidden) reload();
    };
    const timer = setInterval(look, everyMs);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [everyMs]);
}

/** Of who was signed in the next one sees nothing, not for a moment. */
export const forgetAnswers = (): void => answers.clear();

function keep(url: string, data: unknown): void {
  answers.delete(url);
  answers.set(url, data);
  const [oldest] = answers.keys();
  if (answers.size > KEPT_ANSWERS && oldest !== undefined) answers.delete(oldest);
}
