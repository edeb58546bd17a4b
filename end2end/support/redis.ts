// Debian's Redis, where add-ons of HipChat's time keep what they know.

import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { firstLine } from './provider';
import { freePort } from './port';

export class Redis {
  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
  ) {}

  /** Starts an empty one that writes nothing to disk. */
  static async start(): Promise<Redis> {
    const port = await freePort();
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
    await firstLine(child);
    const redis = new Redis(child, port);
    while (!(await redis.ask('PING').catch(() => '')).startsWith('+PONG')) await new Promise((resolve) => setImmediate(resolve));
    child.stdout?.resume();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Names of everything kept, with some text in them. */
  async keys(part: string): Promise<string[]> {
    const answer = await this.ask('KEYS *');
    return answer.split('\r\n').filter((line) => !/^[*$]/.test(line) && line.includes(part));
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill();
    await ended;
  }

  private ask(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(this.port, '127.0.0.1', () => socket.write(`${command}\r\nQUIT\r\n`));
      socket.setEncoding('utf8');
      socket.on('data', (text) => (answer += text));
      socket.once('end', () => resolve(answer));
      socket.once('error', reject);
    });
  }
}
