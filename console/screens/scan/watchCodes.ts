/** Codes before the camera: by the browser's own reader where it has one, else by ours in a worker. */

interface OwnReader {
  detect(picture: CanvasImageSource): Promise<{ rawValue: string; format: string }[]>;
}

const OWN = ['data_matrix', 'qr_code', 'code_128', 'code_39', 'ean_13', 'ean_8', 'itf', 'upc_a'];
const WIDTH = 1280;
/** Pictures a second are enough at that distance, and spare the battery. */
const EVERY_MS = 120;
/** Without a check digit of its own a stripe code is read twice before it is believed. */
const UNCHECKED = /^\](?:A|I)/;

/** Returns what ends it. */
export function watchCodes(
  video: HTMLVideoElement,
  onCode: (text: string) => void,
  onFailure: (why: string) => void,
): () => void {
  const ended = new AbortController();
  start(video, onCode, ended.signal).catch((error: unknown) => {
    if (!ended.signal.aborted) onFailure(String(error));
  });
  return () => ended.abort();
}

async function start(
  video: HTMLVideoElement,
  onCode: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const wanted = { facingMode: 'environment', width: { ideal: WIDTH }, height: { ideal: 720 } };
  const stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
  const stop = (): void => {
    for (const track of stream.getTracks()) track.stop();
  };
  signal.addEventListener('abort', stop);
  if (signal.aborted) return stop();
  video.srcObject = stream;
  await video.play();
  const read = await readerOf(signal);
  let before: string | undefined;
  while (!signal.aborted) {
    const text = await read(video);
    if (signal.aborted) return;
    if (text && (!UNCHECKED.test(text) || text === before)) onCode(text);
    before = text;
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

type Read = (video: HTMLVideoElement) => Promise<string | undefined>;

async function readerOf(signal: AbortSignal): Promise<Read> {
  if (!('BarcodeDetector' in window)) return ourReader(signal);
  const Detector = window.BarcodeDetector as {
    new (options: { formats: string[] }): OwnReader;
    getSupportedFormats(): Promise<string[]>;
  };
  const known = await Detector.getSupportedFormats();
  if (!known.includes('data_matrix') || !known.includes('code_128')) return ourReader(signal);
  const own = new Detector({ formats: OWN.filter((format) => known.includes(format)) });
  return async (video) => (await own.detect(video))[0]?.rawValue;
}

interface Told {
  ready?: true;
  failed?: string;
  text?: string;
}

function ourReader(signal: AbortSignal): Promise<Read> {
  const url = new URL('../../scan/decode.worker.js', import.meta.url);
  const worker = new Worker(url, { type: 'module' });
  signal.addEventListener('abort', () => worker.terminate());
  const told = (): Promise<Told> =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Told>) =>
        data.failed ? reject(new Error(data.failed)) : resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    });
  const canvas = new OffscreenCanvas(WIDTH, 720);
  const pen = canvas.getContext('2d', { willReadFrequently: true })!;
  return told().then(() => async (video: HTMLVideoElement) => {
    const { videoWidth: width, videoHeight: height } = video;
    if (width === 0) return undefined;
    Object.assign(canvas, { width, height });
    pen.drawImage(video, 0, 0);
    const answer = told();
    worker.postMessage(pen.getImageData(0, 0, width, height));
    return (await answer).text;
  });
}
