import type { ServerResponse } from 'node:http';

interface Replies {
  status(code: number): this;
  header(name: string, value: string): this;
  send(body: unknown): unknown;
}

/** A response of Express, of Fastify, or Node's own, which is all that a middleware of Fastify has. */
export type HttpReply =
  | (ServerResponse & Replies)
  | (Replies & { readonly sent: boolean; readonly raw: ServerResponse })
  | ServerResponse;

/** Answers with `body` as JSON; ends a response that was begun before, as Nest does, rather than leave it open. */
export function sendReply(
  reply: HttpReply,
  body: { readonly statusCode: number },
  headers: Readonly<Record<string, string>>,
): void {
  const isFastify = 'raw' in reply;
  if (isFastify ? reply.sent : reply.headersSent) {
    (isFastify ? reply.raw : reply).end();
    return;
  }
  if (!('status' in reply)) {
    const type = { 'content-type': 'application/json; charset=utf-8' };
    reply.writeHead(body.statusCode, { ...headers, ...type }).end(JSON.stringify(body));
    return;
  }
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  reply.status(body.statusCode).send(body);
}
