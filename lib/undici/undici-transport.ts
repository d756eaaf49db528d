import type { Readable } from 'node:stream';
import { Pool, type Dispatcher } from 'undici';
import { answerCodings } from '../transport/answer-codings.js';
import { decodeBody, decodeStream } from '../transport/content-decoding.js';
import type {
  Transport,
  TransportFactory,
  TransportLane,
  TransportRequest,
  TransportResponse,
  TransportSettings,
} from '../transport/transport.js';
import { dispatched } from './dispatched-answer.js';
import { proxied } from './proxied.js';
import type { UndiciTransportOptions } from './undici-transport-options.js';

const CONNECTIONS = 64;
/** Token requests have connections of their own. */
const TOKEN_CONNECTIONS = 8;

/** The transport over undici, for applications that count the cost of a call. */
class UndiciTransport implements Transport {
  readonly #dispatchers: Readonly<Record<TransportLane, Dispatcher>>;
  readonly #isOwn: boolean;
  readonly #origin: string;

  constructor({ origin, proxy }: TransportSettings, options: UndiciTransportOptions) {
    const { dispatcher, connections = CONNECTIONS } = options;
    const poolOf = (size: number): Dispatcher =>
      dispatcher ?? makePool(origin, proxy, { ...options, connections: size });
    this.#origin = origin;
    this.#isOwn = dispatcher === undefined;
    this.#dispatchers = { api: poolOf(connections), token: poolOf(TOKEN_CONNECTIONS) };
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    request.signal?.throwIfAborted();
    const { lane, url } = request;
    const path = url.slice(this.#origin.length);
    const answer = await dispatched(this.#dispatchers[lane], this.#origin, path, request);
    const codings = answerCodings(request.method, answer);
    if (codings.length === 0) return answer;
    return { ...answer, body: await decodedBody(answer.body, codings, request.maxResponseSize) };
  }

  close(): void {
    if (!this.#isOwn) return;
    for (const dispatcher of Object.values(this.#dispatchers)) void dispatcher.destroy();
  }
}

function makePool(
  origin: string,
  proxy: string | undefined,
  { connections, pipelining, keepAliveTimeout, keepAliveMaxTimeout }: UndiciTransportOptions,
): Dispatcher {
  const options = {
    connections,
    pipelining: pipelining ?? 1,
    allowH2: false,
    // The call's own deadline ends it.
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(keepAliveTimeout !== undefined && { keepAliveTimeout }),
    ...(keepAliveMaxTimeout !== undefined && { keepAliveMaxTimeout }),
  };
  return proxy === undefined ? new Pool(origin, options) : proxied(origin, proxy, options);
}

async function decodedBody(
  body: Buffer | Readable,
  codings: readonly string[],
  limit: number,
): Promise<Buffer | Readable> {
  return Buffer.isBuffer(body) ? decodeBody(body, codings, limit) : decodeStream(body, codings);
}

/**
 * Returns the transport over undici for the option `transport`. Answers, failures, limits and streams are
 * those of the default transport; a call costs a fraction.
 */
export function undiciTransport(options: UndiciTransportOptions = {}): TransportFactory {
  return (settings) => new UndiciTransport(settings, options);
}
