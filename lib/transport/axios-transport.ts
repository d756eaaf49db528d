import type { Readable } from 'node:stream';
import { getAdapter, type AxiosAdapter, type InternalAxiosRequestConfig } from 'axios';
import { answerCodings } from './answer-codings.js';
import { AxiosExchange } from './axios-exchange.js';
import { axiosHeadersOf } from './axios-headers-of.js';
import type { AxiosTransportOptions } from './axios-transport-options.js';
import { decodeBody, decodeStream } from './content-decoding.js';
import { failureOfAxiosError } from './failure-of-axios-error.js';
import { failureOfStreamError } from './failure-of-stream-error.js';
import { gatheredBody } from './gathered-body.js';
import { isNeverWritten } from './is-never-written.js';
import { nodeLine, type NodeLine } from './node-line.js';
import { sharedFactory } from './shared-factory.js';
import { TransportFailure } from './transport-failure.js';
import { CONNECTIONS_RULE, transportOptions } from './transport-options.js';
import type {
  ResponseHeaders,
  Transport,
  TransportFactory,
  TransportLane,
  TransportRequest,
  TransportResponse,
  TransportSettings,
} from './transport.js';

const CONNECTIONS = 64;
/** Token requests have connections of their own. */
const TOKEN_CONNECTIONS = 8;

const SETTINGS: Partial<InternalAxiosRequestConfig> = {
  // The line leads through it.
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
  readonly #lines: Readonly<Record<TransportLane, NodeLine>>;
  /** What axios sends with. Its `request` merges and copies before, which is half of what a call costs there. */
  readonly #adapter: AxiosAdapter = getAdapter('http');

  constructor(settings: TransportSettings, connections: number) {
    this.#lines = {
      api: nodeLine(settings, connections === 0 ? Infinity : connections),
      token: nodeLine(settings, TOKEN_CONNECTIONS),
    };
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    request.signal?.throwIfAborted();
    const line = this.#lines[request.lane];
    const exchange = new AxiosExchange(line);
    request.trackProgress?.(exchange);
    try {
      return await decoded(request, await this.#adapter(configOf(request, line, exchange)));
    } catch (error) {
      request.signal?.throwIfAborted();
      if (isNeverWritten(error, request)) throw closedBefore();
      const stage = exchange.stage === 'sent' ? 'connected' : 'connecting';
      const failure = failureOfAxiosError(error, request.maxResponseSize, stage);
      throw line.peer === 'proxy' ? failure.withPeer('proxy') : failure;
    }
  }

  close(): void {
    for (const { agent } of Object.values(this.#lines)) agent.destroy();
  }
}

function configOf(
  request: TransportRequest,
  { agent }: NodeLine,
  transport: AxiosExchange,
): InternalAxiosRequestConfig {
  // Without a prototype: not all that axios reads it looks for in the configuration alone.
  return Object.assign(Object.create(null) as object, SETTINGS, {
    method: request.method,
    url: request.url,
    headers: axiosHeadersOf(request),
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

const shared = sharedFactory<Required<AxiosTransportOptions>>(
  ({ connections }) =>
    (settings) =>
      new AxiosTransport(settings, connections),
);

/**
 * Returns the default transport, over axios, for the option `transport`. Clients of one origin and proxy share their
 * connections when their options are equal.
 *
 * @throws {CryptofuseConfigException} when an option does not exist or cannot work
 */
export function axiosTransport(options: AxiosTransportOptions = {}): TransportFactory {
  const rules = { connections: CONNECTIONS_RULE };
  const { connections = CONNECTIONS } = transportOptions('axiosTransport', options, rules);
  return shared({ connections });
}
