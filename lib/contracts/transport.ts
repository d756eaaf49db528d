import type { Readable } from 'node:stream';
import type { RequestOutcome } from '../exceptions/cryptofuse.exception.js';

/**
 * The stage of a request: it waits for a free connection, waits for one to be established (TCP, a proxy's tunnel, TLS),
 * or may have been sent.
 */
export type RequestStage = 'queued' | 'connecting' | 'sent';

/** Reports the stage of a request. */
export interface RequestProgress {
  readonly stage: RequestStage;
  /** When it got an established connection, by `performance.now()`; `undefined` if it did not have to wait for one, or if that is unknown. */
  readonly connectedAt?: number | undefined;
}

/** Aborts a request: an `AbortSignal`, or a `LightAbortController`, which costs a fraction of one. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A request as it goes to the wire. */
export interface TransportRequest {
  readonly method: string;
  /** Absolute; checked by the step that adds the credential. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | Readable | undefined;
  readonly signal: AbortSignalLike | undefined;
  /** Most bytes of the response after decompression. */
  readonly maxResponseSize: number;
  /** Whether to return the response's body as a stream. */
  readonly stream: boolean;
  /** Which sockets it uses. Token requests have their own, so that no number of calls delays a renewal. */
  readonly lane: TransportLane;
  /** Called, before anything is sent, by a transport that reports progress. If it is not called, the request may have been sent. */
  trackProgress?(progress: RequestProgress): void;
}

/** What a socket is for: calls of the API, or token requests. */
export type TransportLane = 'api' | 'token';

/** Response headers; names in lower case. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The body of a response that can be read, decompressed. */
export type ReadableBody = Buffer | Readable;

/** A response of any status, even if its body cannot be read. */
export interface TransportResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** A `Readable` exactly if the request asked for a stream; a `TransportFailure` if it cannot be read. */
  readonly body: ReadableBody | TransportFailure;
}

/** Why no response came, or why its body cannot be read. */
export type TransportFailureCode =
  | 'connection_refused'
  | 'connection_failed'
  | 'connection_reset'
  | 'dns_failure'
  | 'tls_failure'
  | 'response_truncated'
  | 'response_undecodable'
  | 'response_malformed'
  | 'response_too_large'
  | 'invalid_request_header'
  | 'request_body_failed';

/** The other end of a connection: the server, or the proxy in front of it. */
export type Peer = 'server' | 'proxy';

/** Says why no response came, or why its body cannot be read. Contains nothing of the request. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';

  constructor(
    readonly code: TransportFailureCode,
    readonly outcome: RequestOutcome,
    message: string,
    /** The other end of the connection that failed. */
    readonly peer: Peer = 'server',
  ) {
    super(message);
  }

  /** Returns a copy of this failure for a connection with `peer`. */
  withPeer(peer: Peer): TransportFailure {
    return new TransportFailure(this.code, this.outcome, this.message, peer);
  }
}

/** Sends requests to one origin. All clients of the origin share it. */
export interface Transport {
  /**
   * Sends `request` once; follows no redirect.
   *
   * @throws {TransportFailure} if no response came
   * @throws the signal's reason if the signal was aborted
   */
  send(request: TransportRequest): Promise<TransportResponse>;
  /** Closes idle and busy sockets. */
  close(): void;
}

/** Settings of a transport. */
export interface TransportSettings {
  /** Scheme, host and port of every request. */
  readonly origin: string;
  /** The proxy's URL; `undefined` for none, whatever the environment says. */
  readonly proxy: string | undefined;
}

/** Creates the transport of an origin. */
export type TransportFactory = (settings: TransportSettings) => Transport;

/** The `User-Agent` that the package sends (RFC 9110 §10.1.5). */
export const USER_AGENT = 'nestjs-cryptofuse';
