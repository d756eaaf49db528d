import type http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { inBackground } from '../clock/clock.js';
import { TransportFailure } from '../contracts/transport.js';
import { IsolatedHttpsAgent, withSocketOptions } from './node-http.js';
import { failureFromNodeError, memberOf } from './transport-failure.js';

/** A proxy's address and credentials. */
export interface ProxyAddress {
  readonly origin: string;
  readonly isSecure: boolean;
  /** The host; an IPv6 address is without brackets. */
  readonly host: string;
  readonly port: number;
  /** The header `proxy-authorization`, if there are credentials. */
  readonly authorization: Readonly<Record<string, string>>;
}

/** Returns the address in `proxy`, a valid http or https URL that may hold credentials. */
export function proxyAddress(proxy: string): ProxyAddress {
  const url = new URL(proxy);
  const isSecure = url.protocol === 'https:';
  return {
    origin: url.origin,
    isSecure,
    host: withoutBrackets(url.hostname),
    port: Number(url.port) || (isSecure ? 443 : 80),
    authorization: authorizationOf(url),
  };
}

/** Returns the authority of a CONNECT request: host and port of `origin` (RFC 9110 §9.3.6). */
export function tunnelAuthority(origin: string): string {
  const { hostname, port } = new URL(origin);
  return `${hostname}:${port || '443'}`;
}

/** Returns an IPv6 address without the brackets that URLs use. */
function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function authorizationOf({ username, password }: URL): ProxyAddress['authorization'] {
  if (username === '' && password === '') return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const token = Buffer.from(credentials, 'utf8').toString('base64');
  return { 'proxy-authorization': `Basic ${token}` };
}

/** Maximum size of a proxy's response heads, in bytes. */
const LARGEST_HEAD = 16_384;
const END_OF_HEAD = '\r\n\r\n';
const STATUS = /^HTTP\/1\.[01] (\d{3})(?: |\r)/;

/** The proxy and target of a tunnel. */
export interface TunnelRequest {
  readonly proxy: ProxyAddress;
  /** Host and port of the server. */
  readonly authority: string;
  /** Whether an https proxy's certificate is verified. */
  readonly rejectUnauthorized: boolean;
}

/** Called once, with the failure or with the socket connected to the server. */
type OpenCallback = (...result: [TransportFailure, null] | [null, Socket]) => void;

/**
 * Opens a tunnel through a proxy (RFC 9110 §9.3.6). If the proxy refuses, that is a failure and not a server response.
 *
 * @returns the socket, so that it can be destroyed before the tunnel is open
 */
export function openTunnel(request: TunnelRequest, opened: OpenCallback): Socket {
  // The socket outlives the call it is opened for.
  const socket = inBackground(() => connectTo(request));
  const fail = (failure: TransportFailure): void => {
    stop();
    socket.on('error', () => undefined).destroy();
    opened(failure, null);
  };
  let head = Buffer.alloc(0);
  const read = (): void => {
    for (let chunk = next(socket); chunk !== null; chunk = next(socket)) {
      head = Buffer.concat([head, chunk]);
      const result = resultOf(head);
      if (result === undefined) continue;
      if (result instanceof TransportFailure) {
        fail(result);
        return;
      }
      stop();
      if (result.length > 0) socket.unshift(result);
      opened(null, socket);
      return;
    }
  };
  const onError = (error: unknown): void => {
    fail(error instanceof TransportFailure ? error : failureOf(error));
  };
  const onEnd = (): void => {
    fail(closedFailure());
  };
  const stop = (): void => {
    socket.off('readable', read).off('error', onError).off('end', onEnd).off('close', onEnd);
  };
  socket.on('readable', read).on('error', onError).on('end', onEnd).on('close', onEnd);
  socket.write(connectHead(request));
  return socket;
}

function failureOf(error: unknown): TransportFailure {
  return failureFromNodeError(String(memberOf(error, 'code')), 'connecting').withPeer('proxy');
}

function connectTo({ proxy, rejectUnauthorized }: TunnelRequest): Socket {
  const { host, port, isSecure } = proxy;
  const options = { host, port, keepAlive: true, noDelay: true };
  if (!isSecure) return net.connect(withSocketOptions(options));
  const servername = net.isIP(host) === 0 ? host : '';
  const ALPNProtocols = ['http/1.1'];
  return tls.connect(
    withSocketOptions({ ...options, servername, ALPNProtocols, rejectUnauthorized }),
  );
}

function connectHead({ proxy, authority }: TunnelRequest): string {
  const headers = Object.entries({ host: authority, ...proxy.authorization });
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `CONNECT ${authority} HTTP/1.1\r\n${lines}\r\n`;
}

function next(socket: Socket): Buffer | null {
  return socket.read() as Buffer | null;
}

/**
 * Returns the bytes after the head of the response that opens the tunnel; `undefined` while the head is incomplete.
 * Interim responses (RFC 9110 §15.2) are skipped and count towards the size of the head.
 */
function resultOf(received: Buffer): Buffer | TransportFailure | undefined {
  let begin = 0;
  while (begin <= LARGEST_HEAD) {
    const end = received.indexOf(END_OF_HEAD, begin);
    if (end === -1) break;
    const status = Number(STATUS.exec(received.toString('latin1', begin, end + 2))?.[1]);
    begin = end + END_OF_HEAD.length;
    if (Number.isNaN(status)) return notHttpFailure();
    if (status >= 200) return status < 300 ? received.subarray(begin) : refusedFailure(status);
  }
  return received.length > LARGEST_HEAD ? notHttpFailure() : undefined;
}

function refusedFailure(status: number): TransportFailure {
  const message = `The proxy refused the connection (${status}).`;
  return new TransportFailure('connection_failed', 'not-sent', message, 'proxy');
}

function notHttpFailure(): TransportFailure {
  const message = 'The proxy did not speak HTTP.';
  return new TransportFailure('connection_failed', 'not-sent', message, 'proxy');
}

function closedFailure(): TransportFailure {
  const message = 'The proxy closed the connection.';
  return new TransportFailure('connection_reset', 'not-sent', message, 'proxy');
}

type WriteCallback = (error?: Error | null) => void;

/** A connection to a server through a proxy. Writes wait until the proxy has opened it. */
class Tunnel extends Duplex {
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

  /** Keeps the process alive, like any socket. */
  ref(): void {
    this.#socket.ref();
  }

  /** Does not keep the process alive. */
  unref(): void {
    this.#socket.unref();
  }

  override _read(): void {
    if (this.#isOpen) this.#socket.resume();
  }

  override _write(chunk: Uint8Array, _: BufferEncoding, done: WriteCallback): void {
    this.#onceOpen(() => this.#socket.write(chunk, done));
  }

  override _final(done: WriteCallback): void {
    this.#onceOpen(() => this.#socket.end(done));
  }

  override _destroy(error: Error | null, done: WriteCallback): void {
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

/** `keepSocketAlive` returns a boolean, which Node's types omit. */
interface AgentWithKeepAlive {
  keepSocketAlive(socket: Duplex): unknown;
}

const KEEP_ALIVE: AgentWithKeepAlive = https.Agent.prototype;

type ConnectCallback = (error: Error | null, socket: Duplex) => void;

/** Connects to an https server through tunnels, which are kept alive and counted like other connections. */
export class TunnelAgent extends IsolatedHttpsAgent {
  /** Tunnels, keyed by the TLS socket on top. */
  readonly #tunnels = new WeakMap<Duplex, Tunnel>();

  constructor(
    private readonly tunnel: TunnelRequest,
    options: https.AgentOptions,
  ) {
    super(options);
  }

  override createConnection(
    options: https.RequestOptions,
    connected?: ConnectCallback,
  ): Duplex | null | undefined {
    const tunnel = new Tunnel(this.tunnel);
    const through = { ...options, socket: tunnel };
    const secured = super.createConnection(through, connected);
    if (secured) this.#tunnels.set(secured, tunnel);
    return secured;
  }

  /** Calls `unref` on the tunnel, because TLS over a stream does not pass it on. */
  override keepSocketAlive(socket: Duplex): boolean {
    this.#tunnels.get(socket)?.unref();
    return KEEP_ALIVE.keepSocketAlive.call(this, socket) === true;
  }

  override reuseSocket(socket: Duplex, request: http.ClientRequest): void {
    this.#tunnels.get(socket)?.ref();
    super.reuseSocket(socket, request);
  }
}
