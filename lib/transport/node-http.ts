import http from 'node:http';
import https from 'node:https';
import { Socket } from 'node:net';
import { inBackground } from '../clock/clock.js';
import { isBodiless } from './content-decoding.js';

/** When each socket was established, by `performance.now()`; `Infinity` while it is connecting. Others, such as a mock's, are unknown. */
const establishedTimes = new WeakMap<object, number>();

function noteConnecting(socket: Socket, established: 'connect' | 'secureConnect'): void {
  establishedTimes.set(socket, Infinity);
  socket.once(established, () => {
    establishedTimes.set(socket, performance.now());
  });
}

/** Returns when `socket` was established, by `performance.now()`: `Infinity` while it is connecting, `undefined` if unknown. */
export function establishedAt(socket: object): number | undefined {
  return establishedTimes.get(socket);
}

type Connect = Parameters<http.Agent['createConnection']>;
type SecureConnect = Parameters<https.Agent['createConnection']>;

/** Socket options that decide where data goes and how it is protected; Node would also read them from a prototype. */
const UNSTATED: Readonly<Record<string, undefined>> = Object.fromEntries(
  [
    ...['fd', 'handle', 'socket', 'onread', 'write', 'writev'],
    ...['lookup', 'family', 'localAddress', 'localPort'],
    ...['secureContext', 'secureProtocol', 'secureOptions', 'minVersion', 'maxVersion', 'sigalgs'],
    ...['ca', 'cert', 'key', 'pfx', 'passphrase', 'crl', 'ecdhCurve', 'pskCallback'],
    ...['privateKeyEngine', 'privateKeyIdentifier', 'clientCertEngine', 'allowPartialTrustChain'],
  ].map((name) => [name, undefined]),
);

/** An agent for http with private sockets, which take no options from a prototype. */
export class IsolatedHttpAgent extends http.Agent {
  override createConnection(
    ...[options, connected]: Connect
  ): ReturnType<http.Agent['createConnection']> {
    const connect = (): ReturnType<http.Agent['createConnection']> =>
      super.createConnection(withSocketOptions(options), connected);
    return track(inBackground(connect), 'connect');
  }
}

/** An agent for https with private sockets, which take no options from a prototype. */
export class IsolatedHttpsAgent extends https.Agent {
  override createConnection(
    ...[options, connected]: SecureConnect
  ): ReturnType<https.Agent['createConnection']> {
    const connect = (): ReturnType<https.Agent['createConnection']> =>
      super.createConnection(withSocketOptions(options), connected);
    return track(inBackground(connect), 'secureConnect');
  }
}

function track<T>(socket: T, established: 'connect' | 'secureConnect'): T {
  if (socket instanceof Socket) noteConnecting(socket, established);
  return socket;
}

/** Returns socket `options`, with `undefined` for every other option Node would read from a prototype. */
export function withSocketOptions<T extends object>(options: T): T {
  return Object.assign(Object.create(null) as object, UNSTATED, options);
}

/** Returns a copy of the own members of `options`, without a prototype. */
export function withoutPrototype<T extends object>(options: T): T {
  return Object.assign(Object.create(null) as object, options);
}

type OnResponse = (response: http.IncomingMessage) => void;

/** The same for a request. Node copies each several times, so they are only set if a prototype has one of them. */
const UNSTATED_OF_REQUEST = {
  _defaultAgent: undefined,
  auth: undefined,
  createConnection: undefined,
  defaultPort: undefined,
  setHost: undefined,
  socketPath: undefined,
};

const NAMES_OF_REQUEST = Object.keys(UNSTATED_OF_REQUEST);

function isPrototypePolluted(): boolean {
  return NAMES_OF_REQUEST.some((name) => name in Object.prototype);
}

/** Sends the request that axios prepared through Node, without following redirects. */
export function isolatedRequest(
  options: https.RequestOptions,
  onResponse: OnResponse,
): http.ClientRequest {
  const { request } = options.protocol === 'https:' ? https : http;
  const stated = isPrototypePolluted()
    ? { ...UNSTATED_OF_REQUEST, ...pickOptions(options) }
    : pickOptions(options);
  const sent = request(stated, (response) => {
    // Node reports errors after the headers on the request; pass them on to the reader of the body.
    sent.once('error', (error) => {
      if (!isCompleteWithoutBody(sent, response)) response.destroy(error);
    });
    onResponse(response);
  });
  return sent;
}

/** Some servers send bytes after a response without a body, and Node reads them as another response. */
function isCompleteWithoutBody(
  { method }: http.ClientRequest,
  { complete, statusCode: status = 0, headers }: http.IncomingMessage,
): boolean {
  return complete && isBodiless(method, { status, headers });
}

/** Keeps only the options in use: Node copies them several times, and axios passes three times as many. */
function pickOptions({
  protocol,
  host,
  hostname,
  port,
  path,
  method,
  headers,
  agent,
  servername,
}: https.RequestOptions): https.RequestOptions {
  const insecureHTTPParser = false;
  // One literal: a spread costs more than the rest.
  return {
    protocol,
    host,
    hostname,
    port,
    servername,
    path,
    method,
    headers,
    agent,
    insecureHTTPParser,
  };
}

const VARIABLE = 'NODE_TLS_REJECT_UNAUTHORIZED';

/** Returns why Node does not verify certificates; `undefined` if it does. Inherited variables are ignored. */
export function unverifiedReason(environment: NodeJS.ProcessEnv): string | undefined {
  const isOff = Object.hasOwn(environment, VARIABLE) && environment[VARIABLE] === '0';
  if (!isOff) return undefined;
  return `${VARIABLE} is 0; remove it, and name an authority of your own in NODE_EXTRA_CA_CERTS`;
}
