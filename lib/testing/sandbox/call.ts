import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** One request as the sandbox's endpoints see it. */
export interface Call {
  readonly method: string;
  /** Path and query as they were sent, the prefix included. */
  readonly target: string;
  /** Below the prefix, without the query; `undefined` where it is not below the prefix. */
  readonly path: string | undefined;
  /** With its question mark; empty where there is none. */
  readonly search: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly address: string;
  /** Empty for a resource that reads the stream itself. */
  readonly body: Buffer;
  readonly stream: IncomingMessage;
}

/** Reads the head of a request. Its body is still to come. */
export function readCall(request: IncomingMessage, prefix: string): Call {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const search = mark < 0 ? '' : target.slice(mark);
  return {
    method: request.method ?? 'GET',
    target,
    path: path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined,
    search,
    query: new URLSearchParams(search),
    headers: request.headers,
    address: request.socket.remoteAddress ?? '',
    body: Buffer.alloc(0),
    stream: request,
  };
}

/** What a request is aimed at; `other`: below `/o/`, and neither of the endpoints there. */
export type Target = 'token' | 'revoke' | 'api' | 'other';

/** The target of a path below the prefix (`undefined`: not below it). A missing slash at its end does not matter. */
export function targetOf(path = ''): Target {
  if (/^\/o\/token\/?$/.test(path)) {
    return 'token';
  }
  if (/^\/o\/revoke_token\/?$/.test(path)) {
    return 'revoke';
  }
  return path.startsWith('/o/') ? 'other' : 'api';
}
