// Somebody at a browser: what they do (action), see (check) and where it is (find).

import { type Browser, type BrowserContext, type BrowserContextOptions, type FrameLocator, type Locator, type Page, expect } from '@playwright/test';
import type { Person, Roomglass } from './roomglass';

export class Visitor {
  /** Everything the console said that should not have been said. */
  readonly complaints: string[] = [];

  private constructor(
    readonly server: Roomglass,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      this.complaints.push(`${message.type()}: ${message.text()}`);
    });
  }

  /** A browser nobody is signed in to. */
  static async arrives(browser: Browser, server: Roomglass, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ baseURL: server.address, ...options });
    return new Visitor(server, context, await context.newPage());
  }

  /** A browser in which somebody is signed in. */
  static async signedIn(browser: Browser, server: Roomglass, who: Person, options: BrowserContextOptions = {}): Promise<Visitor> {
    const visitor = await Visitor.arrives(browser, server, options);
    await visitor.context.addCookies([{ name: 'roomglass_session', value: who.token, url: server.address, httpOnly: true, sameSite: 'Lax' }]);
    return visitor;
  }

  /** Another tab of the same browser. */
  async tab(): Promise<Visitor> {
    return new Visitor(this.server, this.context, await this.context.newPage());
  }

  // Actions

  /** Pages that ask HipChat for its script get ours, as an operator's name server or the rewriting of pages would do. */
  async findsHipChatHere(): Promise<void> {
    await this.context.route(/^https?:\/\/(www|api)\.hipchat\.com\//, async (route) => {
      const { pathname } = new URL(route.request().url());
      await route.fulfill({ response: await route.fetch({ url: this.server.address + pathname }) });
    });
  }

  /** A page for people who are signed in, taken over by the client: what is clicked before that is lost. */
  async visits(path: string): Promise<void> {
    await this.page.goto(path);
    await this.isLive();
  }

  async opens(room: number): Promise<void> {
    await this.page.goto(`/rooms/${room}`);
    await this.isLive();
  }

  async fills(label: string, value: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).fill(value);
  }

  async presses(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name }).click();
  }

  async says(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** Chooses from the menu of an installed integration. */
  async choosesFor(integration: string, entry: string): Promise<void> {
    await this.presses(`More for ${integration}`);
    await this.page.getByRole('menuitem', { name: entry }).click();
  }

  /** Opens the '…' menu of the newest message with a text. */
  async opensControlsOf(text: string): Promise<Locator> {
    const message = this.message(text);
    await message.hover();
    await message.getByRole('button', { name: /^View controls for/ }).click();
    const menu = this.page.getByRole('menu', { name: /^Controls for the message/ });
    await expect(menu).toBeVisible();
    return menu;
  }

  /** Installs by the address of a descriptor through the dialog; `where` is a radio of the review. */
  async installs(descriptorUrl: string, where?: RegExp): Promise<void> {
    await this.page.getByRole('button', { name: 'Install from an address…' }).click();
    await this.fills('Address of the descriptor', descriptorUrl);
    await this.presses('Continue');
    if (where) await this.dialog.getByRole('radio', { name: where }).check();
    await this.dialog.getByRole('button', { name: /^Install (in|everywhere)/ }).click();
    await expect(this.dialog).toHaveCount(0);
  }

  // Checks

  /** The socket is open and everything is up to date. */
  async isLive(): Promise<void> {
    await expect(this.page.locator('.sync[data-state="ok"]')).toBeVisible({ timeout: 20_000 });
  }

  async sees(text: string): Promise<void> {
    await expect(this.message(text)).toBeVisible();
  }

  /** The texts of all messages on the screen, in order. */
  async texts(): Promise<string[]> {
    return this.log.locator('article .msg__body').allInnerTexts();
  }

  hasNothingToComplainAbout(): void {
    expect(this.complaints, 'the console should be silent').toEqual([]);
  }

  // Finders

  get composer(): Locator {
    return this.page.locator('#composer textarea');
  }

  get log(): Locator {
    return this.page.getByRole('feed');
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  get shelf(): Locator {
    return this.page.getByRole('toolbar', { name: 'Live tiles' });
  }

  get panel(): Locator {
    return this.page.locator('aside.panel');
  }

  get frame(): FrameLocator {
    return this.page.frameLocator('aside.panel iframe');
  }

  /** The page of a provider in a dialog. */
  get dialogFrame(): FrameLocator {
    return this.page.frameLocator('#content-dialog iframe');
  }

  message(text: string): Locator {
    return this.log.locator('article').filter({ has: this.page.locator('.msg__body', { hasText: text }) }).last();
  }

  /** The tile of a provider, by the provider's name. */
  tile(provider: string): Locator {
    return this.shelf.locator('.tile').filter({ hasText: `${provider}: ` });
  }

  roomLink(name: string): Locator {
    return this.page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: new RegExp(name) });
  }
}
