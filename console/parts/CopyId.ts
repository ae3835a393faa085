import { html } from 'htm/preact';
import { t } from '../text/t.ts';
import { copyText } from './copyText.ts';
import { Icon } from './Icon.ts';

/** An id in monospace, copied by a click. `short` shows its end alone. */
export function CopyId({ id, short }: { id: string; short?: boolean }) {
  const shown = short && id.length > 12 ? `…${id.slice(-8)}` : id;
  return html`<button type="button" class="copy-id" title=${`${t('part.copy')} ${id}`} onClick=${() => copyText(id, t('part.copied', { text: id }))}><code>${shown}</code><${Icon} name="copy" /></button>`;
}
