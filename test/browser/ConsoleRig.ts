/**
 * One browser and one hub with the demo's data for a whole file of tests. Each test has a page of its own,
 * which fails it where the page logs an error, breaks the content policy, or throws.
 *
 *   const rig = consoleRig();
 *   it('…', async () => {
 *     const page = await rig.page('/parked');            // mouse and keyboard, 1440 × 900
 *     const phone = await rig.page('/parked', 'phone');  // 390 × 844, touched
 *     await rig.audit(page);                             // axe: no violations, light and dark
 *   });
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { DemoHub, type DemoHubOptions } from './DemoHub.ts';
import { findChromium } from './findChromium.ts';

export type Device = 'desktop' | 'tablet' | 'phone';

const devices: Readonly<Record<Device, BrowserContextOptions>> = {
  desktop: { viewport: { width: 1440, height: 900 } },
  tablet: { viewport: { width: 1024, height: 768 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** WCAG 2.2 AA, and what axe holds for good practice beside it. */
const AUDIT = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, help, nodes }) => id + ': ' + help + '\\n  ' + nodes.map(({ html }) => html).join('\\n  ')))`;

export interface RigOptions extends DemoHubOptions {
  /** Further arguments of the browser: a fake camera. */
  args?: readonly string[];
}

export interface PageOptions {
  language?: 'en' | 'de';
  colorScheme?: 'light' | 'dark';
  permissions?: string[];
  /** Errors that the test means to see: statuses of answers that browsers log. */
  expected?: RegExp;
}

/** To be called in a `describe`: starts both before its tests, and ends them. */
export function consoleRig(options: RigOptions = {}): ConsoleRig {
  const rig = new ConsoleRig();
  before(async function () {
    this.timeout(60_000);
    await rig.start(options);
  });
  afterEach(() => rig.closePages());
  after(() => rig.stop());
  return rig;
}

export class ConsoleRig {
  #browser: Browser | undefined;
  #hub: DemoHub | undefined;
  #open: { page: Page; complaints: string[]; expected: RegExp | undefined }[] = [];

  async start({ args = [], ...options }: RigOptions = {}): Promise<void> {
    const flags = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', ...args];
    [this.#browser, this.#hub] = await Promise.all([
      chromium.launch({ executablePath: findChromium(), args: flags }),
      DemoHub.start(options),
    ]);
  }

  get hub(): DemoHub {
    assert.ok(this.#hub, 'the rig is not started');
    return this.#hub;
  }

  /** A fresh page at an address of the console, once it is drawn. */
  async page(path = '/', device: Device = 'desktop', options: PageOptions = {}): Promise<Page> {
    const { language = 'en', colorScheme = 'light', permissions = [], expected } = options;
    const context = await this.#browser!.newContext({
      ...devices[device],
      ...{ colorScheme, locale: language === 'de' ? 'de-DE' : 'en-GB', timezoneId: 'Asia/Tokyo' },
      ...{ permissions: ['clipboard-read', 'clipboard-write', ...permissions] },
      ...{ baseURL: this.hub.url, reducedMotion: 'reduce' },
    });
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error.stack)));
    this.#open.push({ page, complaints, expected });
    await page.goto(`/console${path === '/' ? '' : path}`);
    await page.locator('h1').first().waitFor();
    await page.waitForLoadState('networkidle');
    return page;
  }

  /** No violation of WCAG 2.2 AA, as the page is now, light and dark. */
  async audit(page: Page): Promise<void> {
    await page.evaluate(axe);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await page.evaluate(AUDIT), [], colorScheme);
    }
  }

  /** Nothing of the page is wider than its window, but for a region that is made to scroll by itself. */
  async assertFits(page: Page): Promise<void> {
    const wider = await page.evaluate(
      `[...document.querySelectorAll('main, main *')].filter((one) => one.scrollWidth > one.clientWidth + 1 && one.role !== 'region' && getComputedStyle(one).overflowX === 'auto').map((one) => one.outerHTML.slice(0, 80))`,
    );
    const width = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    assert.deepEqual([width, wider], [0, []]);
  }

  /** Ends the pages of a test; throws what they complained of. */
  async closePages(): Promise<void> {
    const open = this.#open.splice(0);
    for (const { page } of open) await page.context().close();
    const complaints = open.flatMap(({ complaints, expected }) =>
      complaints.filter((text) => !expected?.test(text)),
    );
    assert.deepEqual(complaints, [], 'what the browser logged');
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    await this.#hub?.stop();
  }
}
