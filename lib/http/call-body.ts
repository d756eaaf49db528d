import { bodyBytes, isBytes } from './body-bytes.js';
import { bodyHeaders } from './body-headers.js';
import { bodyJson } from './body-json.js';
import { requireWholeText } from './body-text.js';
import { isJson, JSON_TYPE } from './encode-body.js';
import { isOneShot } from './one-shot-body.js';
import { requireUnspent } from './upload-stream.js';

/** A call's body, with the headers that it states. */
export interface CallBody {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Returns `body` and the stated `headers` as they go into the pipeline. JSON is written here, once for all
 * attempts, so that a later change of the object changes nothing; where the application's interceptors
 * see the body (`isSeen`), they see the object itself.
 *
 * @throws {CryptofuseConfigException} where `body` cannot be sent, or not under these headers
 */
export function callBody(body: unknown, headers: CallBody['headers'], isSeen: boolean): CallBody {
  if (body === undefined) return { body, headers };
  if (isJson(body)) {
    const json = bodyJson(body);
    const described = bodyHeaders(headers, body, true);
    if (isSeen) return { body, headers: described };
    const bytes = Buffer.from(json, 'utf8');
    return { body: bytes, headers: { 'content-type': JSON_TYPE, ...described } };
  }
  if (typeof body === 'string') requireWholeText(body);
  else if (isBytes(body)) bodyBytes(body);
  else if (isOneShot(body)) requireUnspent(body as object);
  return { body, headers: bodyHeaders(headers, body, false) };
}
