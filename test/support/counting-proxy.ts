import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net, { type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { placeOf } from './place-of.js';

interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** What a proxy does with whatever it is asked. */
export type ProxyMood = 'helpful' | 'refuses' | 'closes' | 'silent';

/** A real proxy, for plain requests and tunnels, that counts. */
export class CountingProxy {
  mood: ProxyMood = 'helpful';
  /** Connections that were ever made to it. */
  connections = 0;
  /** The requests that it passed on, as it was told to. */
  readonly requests: string[] = [];
  /** The places that it was asked for a tunnel to. */
  readonly tunnels: string[] = [];
  /** Requests for a tunnel that it did not answer, and whose connection was closed. */
  abandoned = 0;
  /** What it was told of who asks, each time. */
  readonly credentials: (string | undefined)[] = [];
  /** All that came through tunnels to servers, in Latin-1. */
  tunnelled = '';
  readonly #sockets = new Set<Duplex>();
  readonly #server: http.Server;

  private constructor(private readonly identity: Identity | undefined) {
    this.#server = identity === undefined ? http.createServer() : https.createServer(identity);
    this.#server.on('connection', () => {
      this.connections += 1;
    });
    this.#server.on('request', (request, response) => {
      this.#forward(request, response);
    });
    this.#server.on('connect', (request, socket, head) => {
      this.#open(request, socket, head);
    });
  }

  /** Starts a proxy on a free port of `host`; with an `identity`, over TLS. Whoever starts one stops it. */
  static async start(identity?: Identity, host = '127.0.0.1'): Promise<CountingProxy> {
    const proxy = new CountingProxy(identity);
    proxy.#server.listen(0, host);
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** Its URL, with the credentials `user`, which may need to be escaped. */
  url(user = ''): string {
    const scheme = this.identity === undefined ? 'http' : 'https';
    return `${scheme}://${user === '' ? '' : `${user}@`}${placeOf(this.#server)}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #forward(request: http.IncomingMessage, response: http.ServerResponse): void {
    const { method, url = '', headers } = request;
    this.requests.push(`${method} ${url}`);
    this.credentials.push(headers['proxy-authorization']);
    if (this.mood === 'closes') {
      request.socket.end();
      return;
    }
    if (this.mood === 'refuses') {
      response.writeHead(407).end();
      return;
    }
    const passed = { ...headers };
    delete passed['proxy-authorization'];
    const sent = http.request(url, { method, headers: passed }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    request.pipe(sent);
  }

  #open(request: http.IncomingMessage, socket: Duplex, head: Buffer): void {
    const { url = '', headers } = request;
    this.tunnels.push(url);
    this.credentials.push(headers['proxy-authorization']);
    this.#keep(socket);
    if (this.mood === 'silent') {
      socket.resume().once('end', () => {
        this.abandoned += 1;
        socket.destroy();
      });
      return;
    }
    if (this.mood === 'closes') {
      socket.end();
      return;
    }
    if (this.mood === 'refuses') {
      socket.end('HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const { hostname, port } = new URL(`http://${url}`);
    const server = net.connect(Number(port), hostname.replace(/^\[|\]$/g, ''), () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      server.write(head);
      socket.on('data', (chunk: Buffer) => (this.tunnelled += chunk.toString('latin1')));
      server.pipe(socket).pipe(server);
    });
    this.#keep(server);
  }

  #keep(socket: Duplex | Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
