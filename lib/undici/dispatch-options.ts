import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { withCleanPrototype } from '../config/clean-prototype.js';
import type { TransportRequest } from '../transport/transport.js';
import type { Requester } from './own-client.js';

/** What undici reads besides, though its types do not say so. */
type Unsaid = 'servername' | 'throwOnError' | 'maxRedirections';

type DispatchOptions = Dispatcher.DispatchOptions &
  Readonly<Record<Unsaid, undefined>> & { readonly requester: Requester | undefined };

/** Returns what undici is told of a request. Every member is stated: what is not would come from a prototype. */
export function dispatchOptions(
  origin: string,
  path: string,
  { method, headers, body }: Pick<TransportRequest, 'method' | 'headers' | 'body'>,
  requester?: Requester,
): DispatchOptions {
  return {
    origin,
    path,
    method,
    headers,
    body: body === undefined ? null : asItIs(body),
    query: undefined,
    idempotent: undefined,
    blocking: undefined,
    upgrade: undefined,
    headersTimeout: undefined,
    bodyTimeout: undefined,
    reset: undefined,
    expectContinue: undefined,
    servername: undefined,
    throwOnError: undefined,
    maxRedirections: undefined,
    typeOfService: undefined,
    requester,
  };
}

/** undici takes bytes for a stream where a polluted prototype has the methods of one. */
function asItIs(body: Uint8Array | Readable): Uint8Array | Readable {
  if (!(body instanceof Uint8Array) || !('read' in body || 'pipe' in body)) return body;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const none = { value: undefined };
  return withCleanPrototype(() => Object.defineProperties(bytes, { read: none, pipe: none }));
}
