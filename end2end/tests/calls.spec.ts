// Calls: sound and pictures from browser to browser, with the pretended microphone and camera of Chromium.

import config from '../playwright.config';
import { isAccessible } from '../support/accessible';
import type { Visitor } from '../support/browser';
import { expect, test } from '../support/test';

const options = config.use!.launchOptions!;

test.use({
  launchOptions: {
    ...options,
    args: [
      ...options.args!,
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      // Browsers hide addresses behind names that the network has to find (mDNS), and leave out the machine itself.
      // A machine without a network has nothing but itself.
      '--disable-features=WebRtcHideLocalIpsWithMdns',
      '--allow-loopback-in-peer-connection',
    ],
  },
});

/** What a page keeps of what browsers gave it. */
interface Given {
  waiting: { grant: () => void; refuse: () => void }[];
  tracks: MediaStreamTrack[];
  peers: RTCPeerConnection[];
}

/** Microphone and camera of a page, granted or refused when the test says so, and everything the page got of them. */
class Devices {
  private constructor(private readonly visitor: Visitor) {}

  static async of(visitor: Visitor): Promise<Devices> {
    await visitor.page.addInitScript(() => {
      const given: Given = { waiting: [], tracks: [], peers: [] };
      const capture = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (wanted) => {
        await new Promise<void>((grant, refuse) => {
          given.waiting.push({ grant, refuse: () => refuse(new DOMException('', 'NotAllowedError')) });
        });
        const stream = await capture(wanted);
        given.tracks.push(...stream.getTracks());
        return stream;
      };
      window.RTCPeerConnection = class extends RTCPeerConnection {
        constructor(settings?: RTCConfiguration) {
          super(settings);
          given.peers.push(this);
        }
      };
      Object.assign(window, { given });
    });
    return new Devices(visitor);
  }

  private of<T>(read: (given: Given) => T): Promise<T> {
    return this.visitor.page.evaluate(`(${read})(window.given)`) as Promise<T>;
  }

  /** How often the page has asked, and has had no answer yet. */
  async asked(times: number): Promise<void> {
    await expect.poll(() => this.of((given) => given.waiting.length)).toBe(times);
  }

  /** What was asked for first is granted. */
  async grantsFirst(): Promise<void> {
    await this.of((given) => given.waiting.shift()!.grant());
  }

  async grantsLast(): Promise<void> {
    await this.of((given) => given.waiting.pop()!.grant());
  }

  async refusesFirst(): Promise<void> {
    await this.of((given) => given.waiting.shift()!.refuse());
  }

  /** Everything the page was given comes to be so, in any order. */
  async gave(...expected: ('live' | 'disabled' | 'ended')[]): Promise<void> {
    const states = () =>
      this.of((given) => given.tracks.map((track) => (track.readyState === 'live' && !track.enabled ? 'disabled' : track.readyState)).sort());
    await expect.poll(states).toEqual([...expected].sort());
  }

  /** Counts from here on what is given. */
  async forgetsEnded(): Promise<void> {
    await this.of((given) => void (given.tracks = given.tracks.filter((track) => track.readyState === 'live')));
  }

  /** States of the connections to others that were ever made. */
  peers(): Promise<string[]> {
    return this.of((given) => given.peers.map((peer) => peer.connectionState));
  }
}

class Caller {
  constructor(private readonly visitor: Visitor) {}

  get offer() {
    return this.visitor.page.locator('#call-offer');
  }

  get panel() {
    return this.visitor.page.locator('#call');
  }

  get others() {
    return this.panel.locator('.call__tile:not(.call__tile--own)');
  }

  async begins(how: 'Start call' | 'Start with video' | 'Join' | 'Join with video'): Promise<void> {
    await this.visitor.page.getByRole('button', { name: 'Call', exact: true }).click();
    await this.offer.getByRole('button', { name: how, exact: true }).click();
    await expect(this.panel).toBeVisible();
  }

  async presses(name: string): Promise<void> {
    await this.panel.getByRole('button', { name, exact: true }).click();
  }

  async leaves(): Promise<void> {
    await this.presses('Leave');
    await expect(this.panel).toHaveCount(0);
  }

  /** Somebody else's tile. */
  tile(name: string) {
    return this.others.filter({ hasText: name });
  }

  /** What somebody sends arrives: the picture moves on, or the sound does. */
  async receives(name: string, what: 'video' | 'audio'): Promise<void> {
    const tile = this.tile(name);
    await expect(tile).toHaveAttribute('data-link', 'connected');
    const media = tile.locator(what);
    if (what === 'video') {
      await expect(media).toBeVisible();
      await expect.poll(() => media.evaluate((video: HTMLVideoElement) => video.videoWidth)).toBeGreaterThan(0);
    }
    const played = () => media.evaluate((element: HTMLMediaElement) => element.currentTime);
    const before = await played();
    await expect.poll(played).toBeGreaterThan(before);
  }
}

test('two people call each other, see, hear, mute and leave [MSG-19]', async ({ server, at }) => {
  const ada = await server.setUp('Ada');
  const bob = await server.invite(ada, 'Bob');
  const { id: conversation } = await server.call(ada, 'POST', '/api/v1/conversations', { user_ids: [bob.id] });
  const elsewhere = await server.room(bob, 'Elsewhere');
  const [a, b] = [await at(ada), await at(bob)];
  const [adas, bobs] = [new Caller(a), new Caller(b)];
  await a.opens(conversation);
  await b.opens(elsewhere);
  await adas.begins('Start with video');
  await expect(adas.panel).toContainText('Waiting for others');

  // Bob looks at another room: a conversation calls everywhere.
  await expect(bobs.offer.getByRole('alert')).toHaveText('Ada is calling');
  await bobs.offer.getByRole('button', { name: 'Answer', exact: true }).click();
  await bobs.receives('Ada', 'video');
  await adas.receives('Bob', 'audio');
  await expect(adas.tile('Bob').locator('video')).toBeHidden();

  await bobs.presses('Turn camera on');
  await adas.receives('Bob', 'video');
  await isAccessible(b);
  await bobs.presses('Mute');
  await expect(adas.tile('Bob')).toContainText('muted');
  await bobs.presses('Unmute');
  await expect(adas.tile('Bob')).not.toContainText('muted');
  await bobs.presses('Turn camera off');
  await expect(adas.tile('Bob').locator('video')).toBeHidden();

  // The call goes along into other rooms.
  await b.roomLink('Ada').click();
  await expect(b.page).toHaveURL(new RegExp(`/rooms/${conversation}$`));
  await bobs.receives('Ada', 'video');
  await bobs.presses('Leave');
  await expect(bobs.panel).toHaveCount(0);
  await expect(adas.others).toHaveCount(0);
  await expect(bobs.offer).toHaveCount(0);
  await adas.presses('Leave');
  await expect(b.log).toContainText('Ada started a call');
  await expect(b.log).toContainText('The call ended within a minute');
  a.hasNothingToComplainAbout();
  b.hasNothingToComplainAbout();
});

test('a third joins in a room, another tab too, and a dead page is gone [MSG-19]', async ({ server, at }) => {
  const ada = await server.setUp('Ada');
  const bob = await server.invite(ada, 'Bob');
  const cy = await server.invite(ada, 'Cy');
  const room = await server.room(ada, 'Support', [bob, cy]);
  const [a, b, c] = [await at(ada), await at(bob), await at(cy)];
  const [adas, bobs, cys] = [new Caller(a), new Caller(b), new Caller(c)];
  for (const visitor of [a, b, c]) await visitor.opens(room);
  await adas.begins('Start call');
  await expect(bobs.offer).toContainText('Ada is in a call in Support');
  await bobs.begins('Join with video');
  await expect(cys.offer).toContainText('Ada and Bob are in a call in Support');
  await cys.offer.getByRole('button', { name: 'Answer', exact: true }).click();
  await cys.receives('Bob', 'video');
  await cys.receives('Ada', 'audio');
  await adas.receives('Cy', 'audio');

  // A second tab of Cy's is not rung, but may join as a participant of its own.
  const second = await c.tab();
  await second.opens(room);
  const seconds = new Caller(second);
  await expect(seconds.offer).toHaveCount(0);
  await seconds.begins('Join');
  await expect(adas.others).toHaveCount(3);
  await seconds.receives('Bob', 'video');
  await second.page.close();
  await expect(adas.others).toHaveCount(2);

  // The connection breaks: the call is joined again with the next one, in the place of the first.
  const joins: string[] = [];
  b.page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => {
    if (String(payload).includes('"join"')) joins.push(String(payload));
  }));
  await b.context.setOffline(true);
  await expect(bobs.panel).toContainText('The connection is lost');
  await expect(adas.tile('Bob')).toHaveCount(0);
  await b.context.setOffline(false);
  await adas.receives('Bob', 'video');
  expect(joins.map((join) => typeof JSON.parse(join).instead_of)).toEqual(['number']);
});

test('a call is declined, and a browser without microphone says so [MSG-19]', async ({ server, at }) => {
  const ada = await server.setUp('Ada');
  const bob = await server.invite(ada, 'Bob');
  const { id: conversation } = await server.call(ada, 'POST', '/api/v1/conversations', { user_ids: [bob.id] });
  const [a, b] = [await at(ada), await at(bob)];
  const [adas, bobs] = [new Caller(a), new Caller(b)];
  await b.page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
  });
  await a.opens(conversation);
  await b.opens(conversation);
  const other = await b.tab();
  await other.opens(conversation);
  await adas.begins('Start call');
  await expect(new Caller(other).offer).toBeVisible();
  await bobs.offer.getByRole('button', { name: 'Decline' }).click();
  await expect(bobs.offer).toHaveCount(0);
  await expect(new Caller(other).offer).toHaveCount(0);
  await expect(adas.panel.getByRole('status')).toContainText('Bob declined');

  // On second thoughts.
  await b.presses(/^Call$/);
  await bobs.offer.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(bobs.offer.getByRole('alert')).toContainText('Allow it for this site');
  await bobs.offer.getByRole('button', { name: 'Only listen' }).click();
  await bobs.receives('Ada', 'audio');
  await expect(adas.tile('Bob')).toContainText('muted');
});

test('what a browser grants late is neither heard nor seen [MSG-19]', async ({ server, at }) => {
  const ada = await server.setUp('Ada');
  const room = await server.room(ada, 'Support');
  const a = await at(ada);
  const devices = await Devices.of(a);
  const adas = new Caller(a);
  await a.opens(room);

  await test.step('muted meanwhile', async () => {
    await adas.begins('Start call');
    await devices.asked(1);
    await adas.presses('Mute');
    await devices.grantsFirst();
    await devices.gave('disabled');
    await expect(adas.panel).toContainText('Waiting for others');
    await adas.presses('Unmute');
    await devices.gave('live');
    await adas.leaves();
    await devices.gave('ended');
  });

  await test.step('muted, and then not', async () => {
    await devices.forgetsEnded();
    await adas.begins('Start call');
    await adas.presses('Mute');
    await adas.presses('Unmute');
    await devices.asked(2);
    await devices.grantsFirst();
    await devices.gave('disabled');
    await devices.grantsFirst();
    await devices.gave('live', 'ended');
    await expect(adas.panel.getByRole('button', { name: 'Mute', exact: true })).toBeVisible();
    await adas.leaves();
    await devices.gave('ended', 'ended');
  });

  await test.step('left meanwhile, before the call and in it', async () => {
    await devices.forgetsEnded();
    await adas.begins('Start with video');
    await devices.asked(1);
    await adas.leaves();
    await devices.grantsFirst();
    await devices.gave('ended', 'ended');
    await devices.forgetsEnded();
    await adas.begins('Start call');
    await devices.asked(1);
    await devices.grantsFirst();
    await devices.gave('live');
    await adas.presses('Turn camera on');
    await devices.asked(1);
    await adas.leaves();
    await devices.grantsFirst();
    await devices.gave('ended', 'ended');
  });

  await test.step('a microphone refused while a camera was granted', async () => {
    await devices.forgetsEnded();
    await adas.begins('Start call');
    await adas.presses('Turn camera on');
    await devices.asked(2);
    await devices.grantsLast();
    await devices.gave('live');
    await devices.refusesFirst();
    await expect(adas.offer.getByRole('alert')).toContainText('Allow it for this site');
    await devices.gave('ended');
  });
});

test('nothing is captured twice, and leaving lets go of everything [MSG-19]', async ({ server, at }) => {
  const ada = await server.setUp('Ada');
  const bob = await server.invite(ada, 'Bob');
  const room = await server.room(ada, 'Support', [bob]);
  const [a, b] = [await at(ada), await at(bob)];
  const devices = await Devices.of(a);
  const [adas, bobs] = [new Caller(a), new Caller(b)];
  await a.opens(room);
  await b.opens(room);

  await test.step('joined twice', async () => {
    await adas.begins('Start call');
    await adas.leaves();
    await adas.begins('Start call');
    await devices.asked(2);
    await devices.grantsFirst();
    await devices.gave('live');
    await devices.grantsFirst();
    await devices.gave('live', 'ended');
  });

  await test.step('a camera asked for twice', async () => {
    await devices.forgetsEnded();
    await adas.presses('Turn camera on');
    await adas.presses('Turn camera on');
    await devices.asked(1);
    await devices.grantsFirst();
    await devices.gave('live', 'live');
    await adas.presses('Turn camera off');
    await devices.gave('live', 'ended');
  });

  await test.step('left', async () => {
    await bobs.begins('Join');
    await adas.receives('Bob', 'audio');
    expect(await devices.peers()).toEqual(['connected']);
    await adas.leaves();
    await devices.gave('ended', 'ended');
    expect(await devices.peers()).toEqual(['closed']);
    await expect(bobs.others).toHaveCount(0);
  });
});
