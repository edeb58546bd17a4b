// What axe finds on a page.

import AxeBuilder from '@axe-core/playwright';
import type { Visitor } from './browser';
import { expect } from './test';

export async function isAccessible(visitor: Visitor): Promise<void> {
  // The page of a provider is the provider's affair.
  const { violations } = await new AxeBuilder({ page: visitor.page }).exclude('iframe').analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)).toEqual([]);
}
