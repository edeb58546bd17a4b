// Add-ons on the frameworks Atlassian gave to authors of HipChat add-ons, as processes of their own.

import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { freePort } from './port';
import type { Redis } from './redis';

/** `express`: atlassian-connect-express-hipchat; `koa`: ac-koa-hipchat. */
export type Framework = 'express' | 'koa';

const DESCRIPTOR = { express: '/atlassian-connect.json', koa: '/addon/capabilities' };

export class AddOn {
  private constructor(
    private readonly child: ChildProcess,
    /** Its address, without a trailing slash. */
    readonly address: string,
    private readonly framework: Framework,
  ) {}

  static async start(framework: Framework, redis: Redis): Promise<AddOn> {
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const log = process.env.ROOMGLASS_LOG ? 'inherit' : 'ignore';
    const child = spawn(process.execPath, ['app.js'], {
      cwd: path.join(__dirname, '..', 'addons', framework),
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'development',
        PORT: String(port),
        AC_LOCAL_BASE_URL: address,
        LOCAL_BASE_URL: address,
        REDIS_URL: redis.url,
      },
      stdio: ['ignore', log, log],
    });
    const addOn = new AddOn(child, address, framework);
    await addOn.answers();
    return addOn;
  }

  get descriptorUrl(): string {
    return this.address + DESCRIPTOR[this.framework];
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }

  private async answers(): Promise<void> {
    for (;;) {
      if (this.child.exitCode !== null) throw new Error(`the ${this.framework} add-on ended with ${this.child.exitCode} while starting`);
      const answer = await fetch(this.descriptorUrl).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
