// The cast of a test: a server of its own, people, browsers, providers; everything ends with the test.

import { type BrowserContextOptions, test as base } from '@playwright/test';
import { AddOn, type Framework } from './addon';
import { Visitor } from './browser';
import { Provider, type ProviderName } from './provider';
import { Redis } from './redis';
import { type Person, Roomglass } from './roomglass';

interface Cast {
  /** A fresh server. */
  server: Roomglass;
  /** Opens a browser for somebody. */
  at: (who: Person | undefined, options?: BrowserContextOptions) => Promise<Visitor>;
  /** Starts a content provider. */
  provider: (name: ProviderName) => Promise<Provider>;
  /** A Redis for add-ons. */
  redis: Redis;
  /** Starts an add-on on a framework of Atlassian's. */
  addOn: (framework: Framework) => Promise<AddOn>;
}

export const test = base.extend<Cast>({
  server: async ({}, use) => {
    const server = await Roomglass.start();
    await use(server);
    await server.stop();
  },
  at: async ({ browser, server }, use) => {
    const visitors: Visitor[] = [];
    await use(async (who, options) => {
      const visitor = who
        ? await Visitor.signedIn(browser, server, who, options)
        : await Visitor.arrives(browser, server, options);
      visitors.push(visitor);
      return visitor;
    });
    await Promise.all(visitors.map((visitor) => visitor.context.close()));
  },
  provider: async ({}, use) => {
    const providers: Provider[] = [];
    await use(async (name) => {
      const provider = await Provider.start(name);
      providers.push(provider);
      return provider;
    });
    providers.forEach((provider) => provider.stop());
  },
  redis: async ({}, use) => {
    const redis = await Redis.start();
    await use(redis);
    await redis.stop();
  },
  addOn: async ({ redis }, use) => {
    const addOns: AddOn[] = [];
    await use(async (framework) => {
      const addOn = await AddOn.start(framework, redis);
      addOns.push(addOn);
      return addOn;
    });
    await Promise.all(addOns.map((addOn) => addOn.stop()));
  },
});

export { expect } from '@playwright/test';
