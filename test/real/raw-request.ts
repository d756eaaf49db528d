import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** A request as it is sent, except that a length or the chunked coding is added. */
export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable;
}

/** A response as received: no redirect followed, nothing parsed. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends one request over node:http; rejects if there is no response. */
export async function sendRaw(url: string, raw: RawRequest = {}): Promise<RawAnswer> {
  const message = await answerOf(url, raw);
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    body: await buffer(message),
  };
}

function answerOf(url: string, raw: RawRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: raw.method ?? 'GET', headers: raw.headers });
    outgoing.once('response', resolve).once('error', reject);
    if (raw.body instanceof Readable) {
      raw.body.pipe(outgoing);
      return;
    }
    if (raw.body !== undefined) {
      // Node frames the body of a DELETE only if it is given the length.
      outgoing.setHeader('content-length', Buffer.byteLength(raw.body));
    }
    outgoing.end(raw.body);
  });
}
