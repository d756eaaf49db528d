import type { Transport, TransportRequest } from '../../lib/contracts/transport.js';

/** Sends a GET of `path` through `transport`, with `more` of what a request has, and returns the body of the answer. */
export async function sentThrough(
  transport: Transport,
  origin: string,
  path: string,
  more: Partial<TransportRequest> = {},
): Promise<string> {
  const { status, body } = await transport.send({
    method: 'GET',
    url: `${origin}${path}`,
    headers: {},
    body: undefined,
    signal: undefined,
    maxResponseSize: 1_000,
    lane: 'api',
    stream: false,
    ...more,
  });
  return status === 200 && Buffer.isBuffer(body) ? body.toString() : `status ${status}`;
}
