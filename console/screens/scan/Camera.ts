import { html } from 'htm/preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../../parts/Icon.ts';
import { t } from '../../text/t.ts';
import { watchCodes } from './watchCodes.ts';

interface CameraProps {
  onScan: (text: string) => void;
  /** Something is in hand, and wants the room. */
  isHidden: boolean;
}

/** The camera on the goods: what it sees is taken as a scanner would. Off until somebody wants it. */
export function Camera({ onScan, isHidden }: CameraProps) {
  const [isOn, setOn] = useState(false);
  const [wrong, setWrong] = useState('');
  const video = useRef<HTMLVideoElement>(null);
  const latest = useRef(onScan);
  latest.current = onScan;
  useEffect(() => {
    if (!isOn || !video.current) return;
    const fail = (why: string): void => {
      setWrong(why);
      setOn(false);
    };
    return watchCodes(video.current, (text) => latest.current(text), fail);
  }, [isOn]);
  const toggle = (): void => {
    setWrong('');
    setOn(!isOn);
  };
  return html`<div class="scan-camera">
    <button type="button" aria-pressed=${isOn} onClick=${toggle}><${Icon} name="scan" /> ${isOn ? t('scan.cameraOff') : t('scan.cameraOn')}</button>
    ${isOn && html`<video ref=${video} hidden=${isHidden} muted playsinline aria-label=${t('scan.camera')}></video>`}
    ${wrong && html`<p class="scan-wrong" role="alert">${t('scan.noCamera')} <code>${wrong}</code></p>`}
  </div>`;
}
