import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';
import { SELF_SIGNED } from './self-signed.js';

/** What a gate does with a connection: leads it on, says nothing to it, or resets it at its first byte. */
export type GateMood = 'open' | 'silent' | 'resets';

/** The way to a server over TLS, which may never be set up. */
export class TlsGate {
  mood: GateMood = 'open';
  /** Connections that were not let through. */
  held = 0;
  /** Those of them that are closed. */
  heldAndClosed = 0;
  readonly #sockets = new Set<Socket>();
  readonly #gate = net.createServer((socket) => {
    this.#receive(socket);
  });
  readonly #secured: tls.Server;

  private constructor(target: URL) {
    this.#secured = tls.createServer(SELF_SIGNED, (socket) => {
      const onward = this.#kept(net.connect(Number(target.port), target.hostname));
      this.#kept(socket).pipe(onward).pipe(socket);
    });
  }

  /** Starts a gate before the http server at `target`. Whoever starts one stops it. */
  static async start(target: string): Promise<TlsGate> {
    const gate = new TlsGate(new URL(target));
    for (const server of [gate.#secured, gate.#gate]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    return gate;
  }

  get url(): string {
    return `https://127.0.0.1:${portOf(this.#gate)}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    for (const server of [this.#gate, this.#secured]) {
      await new Promise((resolve) => server.close(resolve));
    }
  }

  #receive(socket: Socket): void {
    this.#kept(socket);
    if (this.mood === 'open') {
      const onward = this.#kept(net.connect(portOf(this.#secured), '127.0.0.1'));
      socket.pipe(onward).pipe(socket);
      return;
    }
    this.held += 1;
    socket.once('close', () => (this.heldAndClosed += 1));
    if (this.mood === 'resets') socket.once('data', () => socket.resetAndDestroy());
    else socket.resume();
  }

  #kept<Kept extends Socket>(socket: Kept): Kept {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}

function portOf(server: net.Server): number {
  return (server.address() as AddressInfo).port;
}
