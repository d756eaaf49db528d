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
import { establishedAt, isolatedRequest } from './node-http.js';
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

/** Connection options of `axiosTransport`. */
export interface AxiosTransportOptions {
  /** Maximum connections to the API, 0 for no limit; further calls wait for one. Default: 64. */
  readonly connections?: number;
}

/** Sends one axios request over a route; passed as axios's option `transport`. */
class AxiosExchange implements RequestProgress {
  #request: http.ClientRequest | undefined = undefined;
  /** When a request that was queued got its socket, by `performance.now()`. */
  #dequeuedAt = -Infinity;

  constructor(private readonly route: NodeRoute) {}

  request(
    options: https.RequestOptions,
    onResponse: (response: http.IncomingMessage) => void,
  ): http.ClientRequest {
    const request = isolatedRequest(this.route.address(options), onResponse);
    this.#request = request;
    if (this.stage === 'queued') {
      request.once('socket', () => {
        this.#dequeuedAt = performance.now();
      });
    }
    return request;
  }

  /** With a mocked `http`, the socket may be missing; the request then counts as sent. */
  get stage(): RequestStage {
    if (isObject(memberOf(this.#request, 'res'))) return 'sent';
    const socket: unknown = memberOf(this.#request, 'socket');
    if (isObject(socket)) return establishedAt(socket) === Infinity ? 'connecting' : 'sent';
    return memberOf(this.#request, 'agent') === this.route.agent ? 'queued' : 'sent';
  }

  get connectedAt(): number | undefined {
    const socket: unknown = memberOf(this.#request, 'socket');
    const established = isObject(socket) ? establishedAt(socket) : undefined;
    return Math.max(this.#dequeuedAt, established ?? -Infinity);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** axios headers, keyed by the headers that many requests share. */
const shared = new WeakMap<TransportRequest['headers'], AxiosHeaders>();

/** Returns the headers of `request` as axios headers, cached for frozen headers without a body. */
function toAxiosHeaders(request: TransportRequest): AxiosHeaders {
  const { headers, body } = request;
  // axios adds the body's length to the headers.
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
 * Returns the header that makes Node send a stream without a length as chunks. Node does so by itself only for methods
 * that usually have a body; otherwise the server would read the body as the next request.
 */
function framing({ body, headers }: TransportRequest): Readonly<Record<string, string>> {
  const hasLength = body === undefined || body instanceof Uint8Array;
  if (hasLength || Object.hasOwn(headers, 'content-length')) return {};
  return { 'transfer-encoding': 'chunked' };
}

const CONNECTIONS = 64;
/** Token requests use separate connections. */
const TOKEN_CONNECTIONS = 8;

const SETTINGS: Partial<InternalAxiosRequestConfig> = {
  // The route handles the proxy.
  proxy: false,
  maxRedirects: 0,
  decompress: false,
  timeout: 0,
  validateStatus: null,
  responseType: 'stream',
  maxContentLength: -1,
  maxBodyLength: -1,
};

/** The default transport: axios with private sockets. */
class AxiosTransport implements Transport {
  readonly #routes: Readonly<Record<TransportLane, NodeRoute>>;
  /** axios's adapter, called directly: merging and copying in `request` is half of a call's cost in axios. */
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
  // Without a prototype, because axios also reads some inherited members.
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

/** Returns `body` as axios accepts it: a `Buffer`, but no other byte array. */
function bufferOf(body: TransportRequest['body']): Buffer | Readable | undefined {
  if (!(body instanceof Uint8Array) || Buffer.isBuffer(body)) return body;
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

async function decodeResponse(
  request: TransportRequest,
  response: { status: number; headers: object; data: Readable },
): Promise<TransportResponse> {
  const { status, data } = response;
  // Without a prototype, which could add headers that the server did not send.
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
 * Returns the default axios transport, for the option `transport`. Clients with the same origin, proxy and options share
 * their connections.
 *
 * ```ts
 * CryptofuseModule.forRoot({ transport: axiosTransport({ connections: 128 }) });
 * ```
 *
 * @throws {CryptofuseConfigException} if an option is unknown or invalid
 */
export function axiosTransport(options: AxiosTransportOptions = {}): TransportFactory {
  const rules = { connections: CONNECTIONS_RULE };
  const { connections = CONNECTIONS } = transportOptions('axiosTransport', options, rules);
  return sharedTransport({ connections });
}
