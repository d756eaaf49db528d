import type { Readable } from 'node:stream';
import {
  getAdapter,
  type AxiosAdapter,
  type AxiosProxyConfig,
  type InternalAxiosRequestConfig,
} from 'axios';
import { answerCodings } from './answer-codings.js';
import { axiosHeadersOf } from './axios-headers-of.js';
import { decodeBody, decodeStream } from './content-decoding.js';
import { failureOfAxiosError } from './failure-of-axios-error.js';
import { failureOfStreamError } from './failure-of-stream-error.js';
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
  /** What axios sends with. Its `request` merges and copies before, which is half of what a call costs there. */
  readonly #adapter: AxiosAdapter = getAdapter('http');
  readonly #settings: Partial<InternalAxiosRequestConfig>;

  constructor(settings: TransportSettings) {
    this.#settings = {
      proxy: settings.proxy === undefined ? false : proxyOf(new URL(settings.proxy)),
      maxRedirects: 0,
      transport: ownRequest,
      decompress: false,
      timeout: 0,
      validateStatus: null,
      responseType: 'stream',
      maxContentLength: -1,
      maxBodyLength: -1,
    };
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    request.signal?.throwIfAborted();
    try {
      return await decoded(request, await this.#adapter(this.#configOf(request)));
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

  #configOf(request: TransportRequest): InternalAxiosRequestConfig {
    const { httpAgent, httpsAgent } = this.#agents[request.lane];
    // Without a prototype: not all that axios reads it looks for in the configuration alone.
    return Object.assign(Object.create(null) as object, this.#settings, {
      method: request.method,
      url: request.url,
      headers: axiosHeadersOf(request),
      data: bufferOf(request.body),
      signal: request.signal,
      httpAgent,
      httpsAgent,
    });
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
  try {
    if (request.stream) return { status, headers, body: await decodeStream(data, codings) };
    const bytes = await gatheredBody(data, request.maxResponseSize);
    if (codings.length === 0) return { status, headers, body: bytes };
    return { status, headers, body: await decodeBody(bytes, codings, request.maxResponseSize) };
  } catch (error) {
    request.signal?.throwIfAborted();
    return { status, headers, body: failureOfStreamError(error) };
  }
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
