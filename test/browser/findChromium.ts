import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The browser of the system: none is downloaded. Throws where there is none, with what gets it. */
export function findChromium(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const files = [process.env.STOCKBUS_CHROMIUM, '/usr/bin/chromium', ...onPath];
  const found = files.find((file) => file !== undefined && existsSync(file));
  if (found) return found;
  throw new Error('chromium is not installed; run: bash .ci/install-servers');
}
