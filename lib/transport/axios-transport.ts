import type { Readable } from 'node:stream';
import { Axios, type AxiosProxyConfig, type AxiosRequestConfig } from 'axios';
import { answerCodings } from './answer-codings.js';
import { decodeBody, decodeStream } from './content-decoding.js';
import { failureOfAxiosError } from './failure-of-axios-error.js';
import { gatheredBody } from './gathered-body.js';
import { isNeverWritten } from './is-never-written.js';
import { ownAgents, type OwnAgents } from './own-agents.js';
import { ownRequest } from './own-request.js';
import { TransportFailure } from './transport-failure.js';
import type {
  ResponseHeaders,
  Transport,
  TransportFactory,
  TransportLane,
  TransportRequest,
  TransportResponse,
  TransportSettings,
} from './transport.js';

/** What axios sets on each socket: the same value here spares a system call a request. */
const KEEP_ALIVE = 60_000;

/** Sockets to one origin; further requests wait for one. */
const MAX_SOCKETS: Readonly<Record<TransportLane, number>> = { api: 64, token: 8 };

/** The default transport: axios over sockets of its own. */
class AxiosTransport implements Transport {
  readonly #agents: Readonly<Record<TransportLane, OwnAgents>> = {
    api: agentsOf('api'),
    token: agentsOf('token'),
  };
  readonly #axios: Axios;

  constructor(settings: TransportSettings) {
    // Not axios.create: it takes over what the application stated for the axios of the whole process.
    this.#axios = new Axios({
      adapter: 'http',
      proxy: settings.proxy === undefined ? false : proxyOf(new URL(settings.proxy)),
      maxRedirects: 0,
      transport: ownRequest,
      decompress: false,
      timeout: 0,
      validateStatus: null,
      transformRequest: [],
      transformResponse: [],
    });
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    request.signal?.throwIfAborted();
    try {
      const response = await this.#axios.request<Readable>({
        ...configOf(request),
        ...this.#agents[request.lane],
      });
      return await decoded(request, response);
    } catch (error) {
      request.signal?.throwIfAborted();
      if (isNeverWritten(error, request)) throw closedBefore();
      throw failureOfAxiosError(error, request.maxResponseSize);
    }
  }

  close(): void {
    for (const { httpAgent, httpsAgent } of Object.values(this.#agents)) {
      httpAgent.destroy();
      httpsAgent.destroy();
    }
  }
}

function closedBefore(): TransportFailure {
  const message = 'The server had closed the connection before the request was written.';
  return new TransportFailure('connection_reset', 'not-sent', message);
}

function agentsOf(lane: TransportLane): OwnAgents {
  return ownAgents({
    keepAlive: true,
    keepAliveMsecs: KEEP_ALIVE,
    maxSockets: MAX_SOCKETS[lane],
  });
}

function configOf(request: TransportRequest): AxiosRequestConfig {
  return {
    method: request.method,
    url: request.url,
    // axios adds a content type of its own to a request that has none.
    headers: { 'content-type': false, ...framing(request), ...request.headers },
    data: bufferOf(request.body),
    responseType: 'stream',
    maxContentLength: -1,
    maxBodyLength: -1,
    ...(request.signal && { signal: request.signal }),
  };
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

/** axios takes a `Buffer`, and no other view of bytes. */
function bufferOf(body: TransportRequest['body']): Buffer | Readable | undefined {
  if (!(body instanceof Uint8Array) || Buffer.isBuffer(body)) return body;
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

async function decoded(
  request: TransportRequest,
  response: { status: number; headers: object; data: Readable },
): Promise<TransportResponse> {
  const { status, data } = response;
  // Without a prototype, which might have headers that the server did not send.
  const headers = Object.assign(Object.create(null) as ResponseHeaders, response.headers);
  const codings = answerCodings(request.method, { status, headers });
  if (request.stream) return { status, headers, body: decodeStream(data, codings) };
  const bytes = await gatheredBody(data, request.maxResponseSize);
  if (codings.length === 0) return { status, headers, body: bytes };
  return { status, headers, body: await decodeBody(bytes, codings, request.maxResponseSize) };
}

function proxyOf(url: URL): AxiosProxyConfig {
  const { protocol, hostname, port, username, password } = url;
  return {
    protocol,
    host: hostname,
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
    ...(username !== '' && {
      auth: { username: decodeURIComponent(username), password: decodeURIComponent(password) },
    }),
  };
}

/** Makes the default transport. */
export const axiosTransport: TransportFactory = (settings) => new AxiosTransport(settings);
