// A reverse proxy between browsers and the server that knows nothing of WebSockets, as some companies have.

import { type IncomingMessage, type Server, type ServerResponse, createServer, request } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';
import type { Duplex } from 'node:stream';

const EVENTS = '/v2/push/events';

export class Proxy {
  /** Upgrades that were refused. */
  refused = 0;
  /** Connections by events that were opened. */
  events = 0;
  /** What is open now. */
  readonly open = { events: 0, sockets: 0 };
  /** Frames of clients that came as requests. */
  posts = 0;
  /** Requests that wait for their answer, or for its beginning where it is endless. */
  pending = 0;
  /** Whether WebSockets get through. */
  passesUpgrades = false;
  private isCut = false;
  private readonly sockets = new Set<Duplex>();

  private constructor(
    private readonly target: URL,
    private readonly server: Server,
  ) {
    server.on('request', (incoming, answer) => this.pass(incoming, answer));
    server.on('upgrade', (incoming, socket: Duplex, head) => this.upgrade(incoming, socket, head));
    server.on('connection', (socket) => (this.isCut ? socket.destroy() : this.keep(socket)));
  }

  static async start(target: string): Promise<Proxy> {
    const proxy = new Proxy(new URL(target), createServer());
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Ends all connections and takes no new ones. */
  cut(): void {
    this.isCut = true;
    this.sockets.forEach((socket) => socket.destroy());
  }

  mend(): void {
    this.isCut = false;
  }

  stop(): void {
    this.cut();
    this.server.close();
  }

  private keep(socket: Duplex): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }

  /** Counts a request as pending; what it returns ends that, once. */
  private awaitsAnswer(): () => void {
    let waits = true;
    this.pending++;
    return () => {
      if (waits) this.pending--;
      waits = false;
    };
  }

  /** The name the browser asked for is passed on, as a proxy should. */
  private pass(incoming: IncomingMessage, answer: ServerResponse): void {
    const path = incoming.url ?? '/';
    if (path === EVENTS) {
      this.events++;
      this.open.events++;
      answer.on('close', () => this.open.events--);
    }
    if (path.startsWith(`${EVENTS}/`)) this.posts++;
    const answered = this.awaitsAnswer();
    answer.on('close', answered);
    const { hostname: host, port } = this.target;
    const outgoing = request({ host, port, path, method: incoming.method, headers: incoming.headers }, (response) => {
      if (path === EVENTS) answered();
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
      response.on('error', () => answer.destroy());
    });
    outgoing.on('error', () => answer.destroy());
    answer.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  private upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!this.passesUpgrades) {
      this.refused++;
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      return;
    }
    this.open.sockets++;
    socket.on('close', () => this.open.sockets--);
    const upstream: Socket = connect(Number(this.target.port), this.target.hostname, () => {
      const lines = [`GET ${incoming.url} HTTP/1.1`];
      for (let at = 0; at < incoming.rawHeaders.length; at += 2) lines.push(`${incoming.rawHeaders[at]}: ${incoming.rawHeaders[at + 1]}`);
      upstream.write(`${lines.join('\r\n')}\r\n\r\n`);
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    this.keep(upstream);
    socket.on('close', () => upstream.destroy());
    upstream.on('close', () => socket.destroy());
  }
}
