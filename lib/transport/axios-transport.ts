import type http from 'node:http';
import type https from 'node:https';
import type { Readable } from 'node:stream';
import {
  type AxiosAdapter,
  AxiosHeaders,
  getAdapter,
  type InternalAxiosRequestConfig,
} from 'axios';
import { responseCodings, decodeBody, decodeStream } from './content-decoding.js';
import { failureFromAxiosError, isNeverWritten } from './failure-of-axios-error.js';
import { isConnecting, isolatedRequest } from './node-http.js';
import { nodeRoute, type NodeRoute } from './node-route.js';
import { gatherBody } from './response-content.js';
import {
  type RequestProgress,
  type RequestStage,
  type ResponseHeaders,
  type Transport,
  type TransportFactory,
  TransportFailure,
  type TransportLane,
  type TransportRequest,
  type TransportResponse,
  type TransportSettings,
} from '../contracts/transport.js';
import { failureFromStreamError, memberOf } from './transport-failure.js';
import { CONNECTIONS_RULE, sharedFactory, transportOptions } from './transport-options.js';

/** How the connections of `axiosTransport` are kept. */
export interface AxiosTransportOptions {
  /** Connections to the API at most, 0 for no limit; further calls wait for one. Default: 64. */
  readonly connections?: number;
}

/** One request of axios over a route; for the option `transport` of axios. */
class AxiosExchange implements RequestProgress {
  #send: http.ClientRequest | undefined = undefined;

  constructor(private readonly route: NodeRoute) {}

  request(
    options: https.RequestOptions,
    onResponse: (response: http.IncomingMessage) => void,
  ): http.ClientRequest {
    this.#send = isolatedRequest(this.route.address(options), onResponse);
    return this.#send;
  }

  /** With a mocked `http` the socket may be missing: the request may have been sent. */
  get stage(): RequestStage {
    if (isObject(memberOf(this.#send, 'res'))) return 'sent';
    const socket: unknown = memberOf(this.#send, 'socket');
    if (isObject(socket)) return isConnecting(socket) ? 'connecting' : 'sent';
    return memberOf(this.#send, 'agent') === this.route.agent ? 'queued' : 'sent';
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** By the headers that many requests share. */
const shared = new WeakMap<TransportRequest['headers'], AxiosHeaders>();

/** Returns the headers of `request` as axios wants them; those of requests without a body are made once if they are frozen. */
function toAxiosHeaders(request: TransportRequest): AxiosHeaders {
  const { headers, body } = request;
  // axios adds the length of a body to them.
  if (body !== undefined || !Object.isFrozen(headers)) return createHeaders(request);
  const known = shared.get(headers);
  if (known !== undefined) return known;
  const made = createHeaders(request);
  shared.set(headers, made);
  return made;
}

function createHeaders(request: TransportRequest): AxiosHeaders {
  return AxiosHeaders.from({ ...framing(request), ...request.headers });
}

/**
 * Node writes a stream without a length as chunks only for the methods that usually have a body: for any
 * other one it must be told, or the server takes the body for the next request.
 */
function framing({ body, headers }: TransportRequest): Readonly<Record<string, string>> {
  const hasLength = body === undefined || body instanceof Uint8Array;
  if (hasLength || Object.hasOwn(headers, 'content-length')) return {};
  return { 'transfer-encoding': 'chunked' };
}

const CONNECTIONS = 64;
/** Token requests have connections of their own. */
const TOKEN_CONNECTIONS = 8;

const SETTINGS: Partial<InternalAxiosRequestConfig> = {
  // The route leads through it.
  proxy: false,
  maxRedirects: 0,
  decompress: false,
  timeout: 0,
  validateStatus: null,
  responseType: 'stream',
  maxContentLength: -1,
  maxBodyLength: -1,
};

/** The default transport: axios over sockets of its own. */
class AxiosTransport implements Transport {
  readonly #routes: Readonly<Record<TransportLane, NodeRoute>>;
  /** What axios sends with. Its `request` merges and copies before, which is half of what a call costs there. */
  readonly #adapter: AxiosAdapter = getAdapter('http');

  constructor(settings: TransportSettings, connections: number) {
    this.#routes = {
      api: nodeRoute(settings, connections === 0 ? Infinity : connections),
      token: nodeRoute(settings, TOKEN_CONNECTIONS),
    };
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    request.signal?.throwIfAborted();
    const route = this.#routes[request.lane];
    const exchange = new AxiosExchange(route);
    request.trackProgress?.(exchange);
    try {
      return await decodeResponse(request, await this.#adapter(configOf(request, route, exchange)));
    } catch (error) {
      request.signal?.throwIfAborted();
      if (isNeverWritten(error, request)) throw closedBefore();
      const stage = exchange.stage === 'sent' ? 'connected' : 'connecting';
      const failure = failureFromAxiosError(error, request.maxResponseSize, stage);
      throw route.peer === 'proxy' ? failure.withPeer('proxy') : failure;
    }
  }

  close(): void {
    for (const { agent } of Object.values(this.#routes)) agent.destroy();
  }
}

function configOf(
  request: TransportRequest,
  { agent }: NodeRoute,
  transport: AxiosExchange,
): InternalAxiosRequestConfig {
  // Without a prototype: not all that axios reads it looks for in the configuration alone.
  return Object.assign(Object.create(null) as object, SETTINGS, {
    method: request.method,
    url: request.url,
    headers: toAxiosHeaders(request),
    data: bufferOf(request.body),
    signal: request.signal,
    transport,
    httpAgent: agent,
    httpsAgent: agent,
  });
}

function closedBefore(): TransportFailure {
  const message = 'The server had closed the connection before the request was written.';
  return new TransportFailure('connection_reset', 'not-sent', message);
}

/** axios takes a `Buffer`, and no other view of bytes. */
function bufferOf(body: TransportRequest['body']): Buffer | Readable | undefined {
  if (!(body instanceof Uint8Array) || Buffer.isBuffer(body)) return body;
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

async function decodeResponse(
  request: TransportRequest,
  response: { status: number; headers: object; data: Readable },
): Promise<TransportResponse> {
  const { status, data } = response;
  // Without a prototype, which might have headers that the server did not send.
  const headers = Object.assign(Object.create(null) as ResponseHeaders, response.headers);
  const codings = responseCodings(request.method, { status, headers });
  try {
    if (request.stream) return { status, headers, body: await decodeStream(data, codings) };
    const bytes = await gatherBody(data, request.maxResponseSize);
    if (codings.length === 0) return { status, headers, body: bytes };
    return { status, headers, body: await decodeBody(bytes, codings, request.maxResponseSize) };
  } catch (error) {
    request.signal?.throwIfAborted();
    return { status, headers, body: failureFromStreamError(error) };
  }
}

const sharedTransport = sharedFactory<Required<AxiosTransportOptions>>(
  ({ connections }) =>
    (settings) =>
      new AxiosTransport(settings, connections),
);

/**
 * Returns the default transport, over axios, for the option `transport`. Clients of one origin and proxy share their
 * connections when their options are equal.
 *
 * ```ts
 * CryptofuseModule.forRoot({ transport: axiosTransport({ connections: 128 }) });
 * ```
 *
 * @throws {CryptofuseConfigException} if an option does not exist or cannot work
 */
export function axiosTransport(options: AxiosTransportOptions = {}): TransportFactory {
  const rules = { connections: CONNECTIONS_RULE };
  const { connections = CONNECTIONS } = transportOptions('axiosTransport', options, rules);
  return sharedTransport({ connections });
}
