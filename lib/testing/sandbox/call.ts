import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** The part of the API that a request is for; `other`: below `/o/`, but neither of the endpoints there. */
export type Target = 'token' | 'revoke' | 'api' | 'other';

/** One request as the sandbox's endpoints see it. @internal */
export interface Call {
  readonly method: string;
  /** Path and query as they were sent, the prefix included. */
  readonly url: string;
  /** Below the prefix, without the query; `undefined` if it is not below the prefix. */
  readonly path: string | undefined;
  /** With its question mark; empty if there is no query. */
  readonly search: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The client's IP address. */
  readonly address: string;
  /** Empty for a resource that reads the stream itself. */
  readonly body: Buffer;
  readonly stream: IncomingMessage;
}

/** Reads the head of a request. Its body is still to come. @internal */
export function readCall(request: IncomingMessage, prefix: string): Call {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const search = mark < 0 ? '' : url.slice(mark);
  return {
    method: request.method ?? 'GET',
    url,
    path: path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined,
    search,
    query: new URLSearchParams(search),
    headers: request.headers,
    address: request.socket.remoteAddress ?? '',
    body: Buffer.alloc(0),
    stream: request,
  };
}

/**
 * Returns the target of a path below the prefix, with or without its last slash (`undefined`: not below it).
 *
 * @internal
 */
export function findTarget(path = ''): Target {
  if (/^\/o\/token\/?$/.test(path)) return 'token';
  if (/^\/o\/revoke_token\/?$/.test(path)) return 'revoke';
  return path.startsWith('/o/') ? 'other' : 'api';
}
