import { html } from 'htm/preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiProblem } from '../api/client.ts';
import { t } from '../text/t.ts';
import { Problem } from './Problem.ts';

interface ConfirmProps {
  /** A verb with its object: "Replay 312 records". The button says the same. */
  title: string;
  /** What will happen, in numbers. */
  children?: ComponentChildren;
  /** Takes something away. */
  isGrave?: boolean;
  /** False: something is to be said or looked at first. */
  isReady?: boolean;
  /** What went wrong, if anything: then it stays open. */
  onDo: () => Promise<ApiProblem | undefined>;
  onClose: () => void;
}

/** Says what will be done before it is; the button that does nothing has the focus. */
export function Confirm({ title, children, isGrave, isReady = true, onDo, onClose }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [problem, setProblem] = useState<ApiProblem>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>('input, .safe')?.focus();
  }, []);
  const act = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setProblem(undefined);
    setBusy(true);
    const failed = await onDo();
    setBusy(false);
    if (failed) setProblem(failed);
    else onClose();
  };
  return html`<dialog class="confirm" ref=${dialog} aria-labelledby="confirm-title" onClose=${onClose}><form onSubmit=${act}>
    <h2 id="confirm-title">${title}</h2>
    <div class="confirm-body">${children}</div>
    ${problem && html`<${Problem} problem=${problem} />`}
    <footer>
      <button type="button" class="safe" onClick=${onClose}>${t('part.cancel')}</button>
      <button type="submit" class=${isGrave ? 'grave' : 'primary'} disabled=${isBusy || !isReady}>${title}</button>
    </footer>
  </form></dialog>`;
}
