import type { ApiProblem } from './client.ts';

export interface CsvResult {
  text: string[];
  problem?: ApiProblem;
}

/** All rows of a list as CSV, as the API writes it, page by page as `limit` of the path says; `seen` hears how many rows there are so far. */
export async function csvOf(
  path: string,
  signal: AbortSignal,
  seen: (rows: number) => void,
): Promise<CsvResult> {
  const first = new URL(path, location.origin);
  first.searchParams.set('format', 'csv');
  const text: string[] = [];
  let rows = 0;
  for (let next: URL | undefined = first; next; ) {
    const response: Response = await fetch(next, { signal });
    if (!response.ok) return { text, problem: await response.json() };
    const page = await response.text();
    // Every page has the line of names; the file has it once. No name holds a line break.
    text.push(rows === 0 ? page : page.slice(page.indexOf('\n') + 1));
    rows += page.split('\n').length - 2;
    seen(rows);
    next = nextOf(response);
  }
  return { text };
}

function nextOf({ headers }: Response): URL | undefined {
  const [, link] = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '') ?? [];
  return link === undefined ? undefined : new URL(link, location.origin);
}
