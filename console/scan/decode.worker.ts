/**
 * Reads symbols in pictures of the camera, beside the page: WebAssembly, which only files under /scan/ may run.
 * It asks for a picture with `ready`, and again once it has read one.
 */
import { prepareZXingModule, type ReaderOptions, readBarcodes } from 'zxing-wasm/reader';

/** What the page sends: a picture of the camera. */
type Seen = MessageEvent<ImageData>;

const options: ReaderOptions = {
  formats: [
    ...(['DataMatrix', 'QRCode', 'Aztec', 'Code128', 'Code39', 'ITF'] as const),
    ...(['EAN13', 'EAN8', 'UPCA', 'UPCE', 'DataBar', 'DataBarExpanded'] as const),
  ],
  maxNumberOfSymbols: 1,
  textMode: 'Plain',
};

/** Beside this file, as the package has it. */
const locateFile = (): string => new URL('zxing/reader.wasm', self.location.href).href;

prepareZXingModule({ overrides: { locateFile }, fireImmediately: true }).then(
  () => postMessage({ ready: true }),
  (error: unknown) => postMessage({ failed: String(error) }),
);

addEventListener('message', ({ data }: Seen) => {
  void read(data);
});

async function read(picture: ImageData): Promise<void> {
  const [found] = await readBarcodes(picture, options);
  const text = found?.isValid ? found.symbologyIdentifier + found.text : undefined;
  postMessage({ ready: true, text });
}
