import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Where Debian and others put the browser; CHROMIUM says another place. */
const PLACES = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** A page that is looked at, and what it did meanwhile that it should not. */
export interface Seen {
  readonly page: Page;
  /** The URLs that it asked for, itself included. */
  readonly asked: readonly string[];
  /** Errors, and what its policy has kept it from. */
  readonly complaints: readonly string[];
}

/** A browser, and pages that are served to it from files and by a server. */
export class BrowserStage {
  readonly #browser: Browser;
  readonly #folder: string;
  readonly #server: Server;
  readonly #pages = new Map<string, string>();

  private constructor(browser: Browser, server: Server) {
    this.#browser = browser;
    this.#server = server;
    this.#folder = mkdtempSync(join(tmpdir(), 'lockfree-lab-pages-'));
    server.on('request', ({ url = '' }, response) => {
      const [, mode, name] = url.split('/');
      const page = this.#pages.get(name.replace(/[?#].*/, ''));
      const headers = {
        'content-type': 'text/html; charset=utf-8',
        ...(mode === 'isolated' && {
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-embedder-policy': 'require-corp',
        }),
      };
      response.writeHead(page === undefined ? 404 : 200, headers).end(page);
    });
  }

  static async begin(): Promise<BrowserStage> {
    const executablePath = PLACES.find((path) => path !== '' && existsSync(path));
    if (executablePath === undefined)
      throw new Error(
        'There is no Chromium here: install it (apt-get install chromium), or say where it is with CHROMIUM.',
      );
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new BrowserStage(browser, server);
  }

  async end(): Promise<void> {
    await this.#browser.close();
    this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Lets a page be opened by its name. */
  add(name: string, page: string): void {
    this.#pages.set(name, page);
    writeFileSync(join(this.#folder, name), page);
  }

  /** The URL of a page: from its file, or from a server, alone in its process or not. */
  urlOf(name: string, mode: 'file' | 'plain' | 'isolated' = 'file'): string {
    if (mode === 'file') return pathToFileURL(join(this.#folder, name)).href;
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${mode}/${name}`;
  }

  async open(url: string, options: BrowserContextOptions = {}): Promise<Seen> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const [asked, complaints]: [string[], string[]] = [[], []];
    page.on('request', (request) => asked.push(request.url().replace(/#.*/, '')));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('dialog', (dialog) => {
      complaints.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(url);
    if (options.javaScriptEnabled !== false)
      await page.waitForFunction(() => document.documentElement.classList.contains('scripted'));
    return { page, asked, complaints };
  }
}

/** What axe finds to be a serious or critical obstacle, each in a line. */
export async function obstacles(page: Page): Promise<string[]> {
  // The page's own policy lets no other script run, and so the checker is put in from outside of it.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const run = (globalThis as unknown as { axe: { run(): Promise<axe.AxeResults> } }).axe;
    return (await run.run()).violations;
  });
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(({ html }) => html.slice(0, 160))
          .slice(0, 3)
          .join(' | ')}`,
    );
}
