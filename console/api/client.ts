/** The public API, as every other program has it: this page has no way of its own. */

/** RFC 9457, as the hub answers. */
export interface ApiProblem {
  title: string;
  status: number;
  detail: string;
  code: string;
  todo: string;
  instance?: string;
}

export interface Answer<T> {
  data?: T;
  problem?: ApiProblem;
  status: number;
  headers: Headers;
}

export interface Asked {
  query?: Readonly<Record<string, string | undefined>>;
  signal?: AbortSignal;
}

export interface Told extends Asked {
  /** POST, where nothing else is said. */
  method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  /** `If-Match`, `Idempotency-Key`, `Prefer`. */
  headers?: Readonly<Record<string, string>>;
}

/** `/v1/stock` with the values that are given. */
export function urlOf(path: string, query: Asked['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value);
  const text = new URLSearchParams(given as [string, string][]).toString();
  return text ? `${path}?${text}` : path;
}

/** Reads. Rejects only when its signal aborts it. */
export const ask = <T>(path: string, { query, signal }: Asked = {}): Promise<Answer<T>> =>
  send<T>(urlOf(path, query), { headers: { accept: 'application/json' }, signal: signal ?? null });

/** Does something: no request is sent again by itself. */
export function tell<T>(path: string, { query, signal, ...told }: Told = {}): Promise<Answer<T>> {
  const { method = 'POST', body, headers } = told;
  const sent = method === 'DELETE' ? {} : { body: JSON.stringify(body ?? {}) };
  const type = method === 'DELETE' ? {} : { 'content-type': 'application/json' };
  return send<T>(urlOf(path, query), {
    ...{ method, ...sent, signal: signal ?? null },
    headers: { accept: 'application/json', ...type, ...headers, ...sessionHeaders },
  });
}

/** What the session asks of requests that change something. */
let sessionHeaders: Record<string, string> = {};
export function sendWith(headers: Readonly<Record<string, string | undefined>>): void {
  const given = Object.entries(headers).filter(
    (one): one is [string, string] => one[1] !== undefined,
  );
  sessionHeaders = Object.fromEntries(given);
}

let onSignedOut = (): void => undefined;
/** Called when an answer says that nobody is signed in any more. */
export const whenSignedOut = (then: () => void): void => {
  onSignedOut = then;
};

async function send<T>(url: string, init: RequestInit): Promise<Answer<T>> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { ...init, credentials: 'same-origin' });
    text = await response.text();
  } catch (error) {
    if (init.signal?.aborted) throw error;
    return { status: 0, headers: new Headers(), problem: away };
  }
  const { status, headers } = response;
  if (status === 401) onSignedOut();
  const value = parsed(text);
  if (response.ok) return { data: value as T, status, headers };
  return { problem: problemOf(value, status), status, headers };
}

const away: ApiProblem = { title: '', status: 0, detail: '', code: 'CONSOLE_NO_ANSWER', todo: '' };

function problemOf(value: unknown, status: number): ApiProblem {
  if (value !== null && typeof value === 'object' && 'code' in value) return value as ApiProblem;
  // Something between the browser and the hub answered: a proxy.
  return { ...away, status, code: `HTTP_${status}` };
}

/** Undefined for an empty answer, and for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined; // told as a problem by its status
  }
}
