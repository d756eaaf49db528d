import http from 'node:http';
import https from 'node:https';
import { Socket } from 'node:net';
import { inBackground } from '../clock/clock.js';
import { isBodiless } from './content-decoding.js';

/** A socket that is in no such set, a mock's for instance, counts as established. */
const connecting = new WeakSet<object>();

/** Takes note that `socket` is made, and established with the event `established`. */
export function noteConnecting(socket: Socket, established: 'connect' | 'secureConnect'): void {
  connecting.add(socket);
  socket.once(established, () => {
    connecting.delete(socket);
  });
}

/** Returns whether `socket` is known to be not established: nothing was sent over it. */
export function isConnecting(socket: object): boolean {
  return connecting.has(socket);
}

type Connect = Parameters<http.Agent['createConnection']>;
type SecureConnect = Parameters<https.Agent['createConnection']>;

/** Node copies a socket's options into an object that has a prototype: what decides where bytes go, and how they are protected. */
const UNSTATED: Readonly<Record<string, undefined>> = Object.fromEntries(
  [
    ...['fd', 'handle', 'socket', 'onread', 'write', 'writev'],
    ...['lookup', 'family', 'localAddress', 'localPort'],
    ...['secureContext', 'secureProtocol', 'secureOptions', 'minVersion', 'maxVersion', 'sigalgs'],
    ...['ca', 'cert', 'key', 'pfx', 'passphrase', 'crl', 'ecdhCurve', 'pskCallback'],
    ...['privateKeyEngine', 'privateKeyIdentifier', 'clientCertEngine', 'allowPartialTrustChain'],
  ].map((name) => [name, undefined]),
);

/** Sockets for http that nobody else uses, and that take nothing from a prototype. */
export class IsolatedHttpAgent extends http.Agent {
  override createConnection(
    ...[options, connected]: Connect
  ): ReturnType<http.Agent['createConnection']> {
    const connect = (): ReturnType<http.Agent['createConnection']> =>
      super.createConnection(withSocketOptions(options), connected);
    return track(inBackground(connect), 'connect');
  }
}

/** The same for https. */
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

/** Returns `options` of a socket with all else that Node would take from a prototype. */
export function withSocketOptions<T extends object>(options: T): T {
  return Object.assign(Object.create(null) as object, UNSTATED, options);
}

/** Returns a copy of `options` that has its own members alone. */
export function withoutPrototype<T extends object>(options: T): T {
  return Object.assign(Object.create(null) as object, options);
}

type OnResponse = (response: http.IncomingMessage) => void;

/** The same of a request. Node copies each several times, so they are stated only when a prototype has one of them. */
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

/** Has Node send what axios has made of a request; a redirect is not followed. */
export function isolatedRequest(
  options: https.RequestOptions,
  onResponse: OnResponse,
): http.ClientRequest {
  const { request } = options.protocol === 'https:' ? https : http;
  const stated = isPrototypePolluted()
    ? { ...UNSTATED_OF_REQUEST, ...pickOptions(options) }
    : pickOptions(options);
  const sent = request(stated, (response) => {
    // What is wrong behind the headers is told of the request; whoever reads the body must hear of it.
    sent.once('error', (error) => {
      if (!isCompleteWithoutBody(sent, response)) response.destroy(error);
    });
    onResponse(response);
  });
  return sent;
}

/** Servers send a body, or an empty chunk, behind a response that has none; Node then takes those bytes for another one. */
function isCompleteWithoutBody(
  { method }: http.ClientRequest,
  { complete, statusCode: status = 0, headers }: http.IncomingMessage,
): boolean {
  return complete && isBodiless(method, { status, headers });
}

/** Node copies what it is given several times, and axios gives three times as much. */
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
  const place = { protocol, host, hostname, port, servername };
  return { ...place, path, method, headers, agent, insecureHTTPParser };
}

const VARIABLE = 'NODE_TLS_REJECT_UNAUTHORIZED';

/** Returns why Node verifies no certificate; `undefined` if it does. What only a prototype states counts for nothing. */
export function unverifiedReason(environment: NodeJS.ProcessEnv): string | undefined {
  const isOff = Object.hasOwn(environment, VARIABLE) && environment[VARIABLE] === '0';
  if (!isOff) return undefined;
  return `${VARIABLE} is 0; remove it, and name an authority of your own in NODE_EXTRA_CA_CERTS`;
}
