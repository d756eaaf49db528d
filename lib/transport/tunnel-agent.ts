import type http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { withCleanPrototype } from '../config/clean-prototype.js';
import { OwnHttpsAgent } from './own-agents.js';
import { Tunnel } from './tunnel.js';
import type { TunnelRequest } from './open-tunnel.js';

/** Node is told whether the socket is kept, though its types do not say so. */
interface Keeper {
  keepSocketAlive(socket: Duplex): unknown;
}

const KEEPER: Keeper = https.Agent.prototype;

type Connected = (error: Error | null, socket: Duplex) => void;

/** Connects to an https server through a proxy's tunnels, which are kept and counted as any connection. */
export class TunnelAgent extends OwnHttpsAgent {
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
    const tunnel = withCleanPrototype(() => new Tunnel(this.tunnel));
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
