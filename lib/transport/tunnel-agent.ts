import type http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { IsolatedHttpsAgent } from './node-http.js';
import { openTunnel, type TunnelRequest } from './open-tunnel.js';

type Done = (error?: Error | null) => void;

/** A connection to a server through a proxy. What is written before the proxy has opened it waits. */
export class Tunnel extends Duplex {
  readonly #socket: Socket;
  #isOpen = false;
  #waiting: (() => void) | undefined = undefined;

  constructor(request: TunnelRequest) {
    super();
    this.#socket = openTunnel(request, (failure, socket) => {
      if (failure === null) this.#open(socket);
      else this.destroy(failure);
    });
  }

  /** Has the process wait for it, as for any socket. */
  ref(): void {
    this.#socket.ref();
  }

  /** Lets the process end although it is there. */
  unref(): void {
    this.#socket.unref();
  }

  override _read(): void {
    if (this.#isOpen) this.#socket.resume();
  }

  override _write(chunk: Uint8Array, _: BufferEncoding, done: Done): void {
    this.#onceOpen(() => this.#socket.write(chunk, done));
  }

  override _final(done: Done): void {
    this.#onceOpen(() => this.#socket.end(done));
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#socket.destroy();
    done(error);
  }

  #onceOpen(write: () => void): void {
    if (this.#isOpen) write();
    else this.#waiting = write;
  }

  #open(socket: Socket): void {
    this.#isOpen = true;
    socket.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) socket.pause();
    });
    socket.once('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.once('close', () => {
      if (!socket.readableEnded) this.destroy();
    });
    this.#waiting?.();
    this.#waiting = undefined;
  }
}

/** Node is told whether the socket is kept, though its types do not say so. */
interface Keeper {
  keepSocketAlive(socket: Duplex): unknown;
}

const KEEPER: Keeper = https.Agent.prototype;

type Connected = (error: Error | null, socket: Duplex) => void;

/** Connects to an https server through a proxy's tunnels, which are kept and counted as any connection. */
export class TunnelAgent extends IsolatedHttpsAgent {
  /** By what is spoken through them. */
  readonly #tunnels = new WeakMap<Duplex, Tunnel>();

  constructor(
    private readonly tunnel: TunnelRequest,
    options: https.AgentOptions,
  ) {
    super(options);
  }

  override createConnection(
    options: https.RequestOptions,
    connected?: Connected,
  ): Duplex | null | undefined {
    const tunnel = new Tunnel(this.tunnel);
    const through = { ...options, socket: tunnel };
    const secured = super.createConnection(through, connected);
    if (secured) this.#tunnels.set(secured, tunnel);
    return secured;
  }

  /** TLS over a stream does not hand these on to the socket below. */
  override keepSocketAlive(socket: Duplex): boolean {
    this.#tunnels.get(socket)?.unref();
    return KEEPER.keepSocketAlive.call(this, socket) === true;
  }

  override reuseSocket(socket: Duplex, request: http.ClientRequest): void {
    this.#tunnels.get(socket)?.ref();
    super.reuseSocket(socket, request);
  }
}
