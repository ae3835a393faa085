/**
 * Pictures of every screen of the console, with the demo's data, for docs/console.md: wide, narrow and on a phone,
 * light and dark. `node scripts/screenshots.ts [FOLDER] [PATH…]`; without a folder docs/console, where it also writes
 * the gallery of the page. With `--png` they are PNG, for eyes rather than for a repository.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { texts } from '../console/texts.ts';
import { DemoHub } from '../test/browser/DemoHub.ts';
import { findChromium } from '../test/browser/findChromium.ts';
import { registeredScreens } from '../test/browser/registeredScreens.ts';

const GALLERY = '<!-- The rest is written by scripts/screenshots.ts. -->';
const sizes = { wide: [1440, 900], narrow: [1024, 768], phone: [390, 844] } as const;
type Size = keyof typeof sizes;
const schemes = ['light', 'dark'] as const;

/** What is looked at, where an address alone shows too little. */
const examples: Readonly<Record<string, string>> = {
  '/search': '/search?q=WE-26-0316',
  '/value': '/value?month=2026-03',
};

const screens = await registeredScreens();

/** Whose first row is opened, but for the light ones of a narrow page: those show the rows. */
const opened: ReadonlySet<string> = new Set(['/stock', '/delivery']);

const { values, positionals } = parseArgs({
  options: { png: { type: 'boolean' } },
  allowPositionals: true,
});
const [folder = 'docs/console', ...asked] = positionals;
const wanted = screens.filter(({ path }) => asked.length === 0 || asked.includes(path));
const nameOf = (path: string): string => path.slice(1).replaceAll('/', '-') || 'now';
const extension = values.png ? 'png' : 'webp';

const [hub, browser] = await Promise.all([
  DemoHub.start(),
  chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox', '--disable-gpu'] }),
]);
try {
  await mkdir(folder, { recursive: true });
  for (const size of Object.keys(sizes) as Size[]) {
    for (const scheme of schemes) await shoot(browser, size, scheme);
  }
  if (folder === 'docs/console') await writeGallery();
} finally {
  await browser.close();
  await hub.stop();
}

async function shoot(from: Browser, size: Size, colorScheme: 'light' | 'dark'): Promise<void> {
  const [width, height] = sizes[size];
  const isPhone = size === 'phone';
  const page = await from.newPage({
    ...{ viewport: { width, height }, colorScheme, locale: 'en-GB' },
    ...{ hasTouch: isPhone, isMobile: isPhone, reducedMotion: 'reduce' },
  });
  for (const { path } of wanted) {
    await page.goto(`${hub.url}/console${examples[path] ?? path}`);
    await page.locator('h1').first().waitFor();
    await page.waitForLoadState('networkidle');
    if (opened.has(path) && (size === 'wide' || colorScheme === 'dark')) {
      await page.locator('tbody tr').first().click();
      await page.waitForLoadState('networkidle');
    }
    const file = join(folder, `${nameOf(path)}-${size}-${colorScheme}.${extension}`);
    await writeFile(file, await picture(page));
  }
  await page.close();
}

/** Playwright itself writes no WebP, which is a third of the size. */
async function picture(page: Page): Promise<Buffer> {
  if (values.png) return page.screenshot();
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 60 });
  await session.detach();
  return Buffer.from(data, 'base64');
}

async function writeGallery(): Promise<void> {
  const path = 'docs/console.md';
  const [text = ''] = (await readFile(path, 'utf8')).split(GALLERY);
  const parts = screens.map(({ path, title }) => {
    const picture = (size: Size, scheme: string, width: number): string =>
      `<img src="console/${nameOf(path)}-${size}-${scheme}.webp" width="${width}" alt="${texts[title][0]}, ${size}, ${scheme}">`;
    const [first, second] = [
      picture('wide', 'light', 760),
      picture('phone', 'light', 180) +
        picture('phone', 'dark', 180) +
        picture('narrow', 'dark', 390),
    ];
    return `## ${texts[title][0]}\n\n${first}\n\n${second}\n`;
  });
  await writeFile(path, `${text}${GALLERY}\n\n${parts.join('\n')}`);
}
