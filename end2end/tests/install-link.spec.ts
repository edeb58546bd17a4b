// Sites of add-ons that send browsers here to have themselves installed.

import { expect, test } from '../support/test';

test('a link on the site of an add-on opens the review, and nothing is installed before that [HCC-05, INST-11]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Release team');
  const builds = await provider('builds');
  const a = await at(alana);
  await a.page.goto(`/addons/install?url=${encodeURIComponent(builds.descriptorUrl)}&room=${room}&relayState=back`);
  await expect(a.page).toHaveURL(/\/integrations\?install=/);
  await expect(a.dialog).toContainText('Install Builds');
  await a.dialog.getByRole('radio', { name: /Only in Release team/ }).check();
  await a.dialog.getByRole('button', { name: /^Install in/ }).click();
  await expect(a.dialog).toHaveCount(0);
  await a.opens(room);
  await expect(a.tile('Builds')).toContainText('128 Builds');
  a.hasNothingToComplainAbout();
});
