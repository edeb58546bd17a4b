// What axe finds on a page.

import AxeBuilder from '@axe-core/playwright';
import type { Visitor } from './browser';
import { expect } from './test';

export async function isAccessible(visitor: Visitor): Promise<void> {
  // What fades in has the contrast of what it will be, not of what it is for a moment.
  await visitor.page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
        .map((animation) => animation.finished.then(() => undefined, () => undefined)),
    ),
  );
  // The page of a provider is the provider's affair.
  const { violations } = await new AxeBuilder({ page: visitor.page }).exclude('iframe').analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)).toEqual([]);
}
