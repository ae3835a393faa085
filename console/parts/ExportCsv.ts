import { html } from 'htm/preact';
import { useRef, useState } from 'preact/hooks';
import { csvOf } from '../api/csvOf.ts';
import { t } from '../text/t.ts';
import { Icon } from './Icon.ts';

/** All rows as a file, however many: it counts while it goes, and is left by a second click. */
export function ExportCsv({ path }: { path: string }) {
  const [rows, setRows] = useState<number>();
  const [failed, setFailed] = useState('');
  const going = useRef<AbortController>(null);
  const go = async (): Promise<void> => {
    const abort = new AbortController();
    going.current = abort;
    setRows(0);
    setFailed('');
    try {
      const { text, problem } = await csvOf(path, abort.signal, setRows);
      if (problem) setFailed(`${problem.detail} ${problem.todo}`);
      else save(text, `${path.split(/[/?]/)[2] ?? 'rows'}.csv`);
    } catch (error) {
      // Who left it knows; what else fails here is the network.
      if (!abort.signal.aborted) setFailed(`${t('problem.away')} (${String(error)})`);
    } finally {
      setRows(undefined);
    }
  };
  const isGoing = rows !== undefined;
  const click = (): void => {
    if (isGoing) going.current?.abort();
    else void go();
  };
  return html`${failed && html`<span class="tone-bad" role="alert">${failed}</span>`}<button type="button" class="quiet" onClick=${click}><${Icon} name=${isGoing ? 'close' : 'export'} />${isGoing ? t('part.exporting', { count: rows }) : 'CSV'}</button>`;
}

function save(text: readonly string[], name: string): void {
  const href = URL.createObjectURL(new Blob([...text], { type: 'text/csv' }));
  Object.assign(document.createElement('a'), { href, download: name }).click();
  URL.revokeObjectURL(href);
}
