import { html } from 'htm/preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Page } from '../parts/Page.ts';
import { useStore } from '../state/Store.ts';
import { t } from '../text/t.ts';
import { Camera } from './scan/Camera.ts';
import { catalog, learnCatalog } from './scan/catalog.ts';
import { InHand } from './scan/InHand.ts';
import { Job } from './scan/Job.ts';
import { Results } from './scan/Results.ts';
import { learnScans, scans } from './scan/scans.ts';
import { useBooking } from './scan/useBooking.ts';
import { useWedge } from './scan/useWedge.ts';

/** One task a page, for one thumb in a glove: what and where, then an item, how many, and it is booked. */
export function Scan() {
  const [typed, setTyped] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const booking = useBooking(() => field.current?.focus());
  const { work, taken, quantity, wrong } = booking;
  useEffect(() => {
    learnScans();
    void learnCatalog();
  }, []);
  useWedge(booking.take, () => field.current);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!typed.trim()) return;
    setTyped('');
    booking.take(typed);
  };
  const onInput = (event: Event): void => setTyped((event.target as HTMLInputElement).value);
  return html`<${Page} title=${t('scan.title')}>
    <div class="scan">
      <${Job} work=${work} places=${useStore(catalog).places} />
      <form class="scan-item" onSubmit=${submit}>
        <label>${t('scan.item')}
          <input ref=${field} autocomplete="off" autocapitalize="off" spellcheck=${false} enterkeyhint="go" value=${typed} onInput=${onInput} /></label>
        <button>${t('scan.take')}</button>
      </form>
      <${Camera} onScan=${booking.take} isHidden=${taken !== undefined} />
      ${wrong && html`<p class="scan-wrong" role="alert">${wrong}</p>`}
      ${taken && html`<${InHand} taken=${taken} quantity=${quantity} onQuantity=${booking.setQuantity} onBook=${() => booking.book(taken, quantity)} onDrop=${booking.drop} />`}
      <${Results} scans=${useStore(scans)} />
    </div>
  <//>`;
}
