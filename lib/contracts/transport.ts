import type { Readable } from 'node:stream';
import type { RequestOutcome } from '../exceptions/cryptofuse.exception.js';

/**
 * How far a request has come: it waits until a connection is free, until one is established (TCP, a proxy's tunnel, TLS),
 * or it may have been sent.
 */
export type RequestStage = 'queued' | 'connecting' | 'sent';

/** Knows how far a request has come. */
export interface RequestProgress {
  readonly stage: RequestStage;
}

/** What ends a request before its time: an `AbortSignal`, or a `LightAbortController`, which costs a fraction of one. */
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
  /** Absolute, checked by whoever adds a credential. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | Readable | undefined;
  readonly signal: AbortSignalLike | undefined;
  /** Bytes of the response after decompression. */
  readonly maxResponseSize: number;
  /** Whether the response's body is wanted as a stream. */
  readonly stream: boolean;
  /** Whose sockets it takes. Those of the token endpoint are apart: no crowd of calls holds up a renewal. */
  readonly lane: TransportLane;
  /** Called, before anything is sent, by a transport that can tell how far the request has come. Without it, it may have been sent. */
  trackProgress?(progress: RequestProgress): void;
}

/** What a socket is for: calls of the API, or token requests. */
export type TransportLane = 'api' | 'token';

/** Response headers; names in lower case. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The body of a response that can be read, decompressed. */
export type ReadableBody = Buffer | Readable;

/** A response of any status: it counts even if its body cannot be read. */
export interface TransportResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** A `Readable` exactly if the request asked for a stream; why it cannot be read, if it cannot. */
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

/** Whom a connection is with: the server, or the proxy on the way to it. */
export type Peer = 'server' | 'proxy';

/** Why no response came, or why its body cannot be read; without a trace of the request. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';

  constructor(
    readonly code: TransportFailureCode,
    readonly outcome: RequestOutcome,
    message: string,
    /** Whose connection failed. */
    readonly peer: Peer = 'server',
  ) {
    super(message);
  }

  /** Returns this failure as one of a connection with `peer`. */
  withPeer(peer: Peer): TransportFailure {
    return new TransportFailure(this.code, this.outcome, this.message, peer);
  }
}

/** To the wire and back. It belongs to an origin and is shared by all clients of it. */
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

/** What a transport is made for. */
export interface TransportSettings {
  /** Scheme, host and port of every request. */
  readonly origin: string;
  /** The proxy's URL; `undefined`: none, whatever the environment says. */
  readonly proxy: string | undefined;
}

/** Makes the transport of an origin. */
export type TransportFactory = (settings: TransportSettings) => Transport;

/** How the package names itself to the server (RFC 9110 §10.1.5). */
export const USER_AGENT = 'nestjs-cryptofuse';
