import { bodyBytes, isBytes } from './body-bytes.js';
import { bodyHeaders } from './body-headers.js';
import { JsonBody } from './body-json.js';
import { requireWholeText } from './body-text.js';
import { isJson } from './encode-body.js';
import { isOneShot } from './one-shot-body.js';
import { requireUnspent } from './upload-stream.js';

/** A call's body, JSON as a {@link JsonBody}, with the headers that it states. */
export interface CallBody {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Returns `body` and the stated `headers` as they go into the pipeline. JSON is written here, once a call.
 *
 * @param written the JSON of `body`, where it has been written before
 * @throws {CryptofuseConfigException} where `body` cannot be sent, or not under these headers
 */
export function callBody(
  body: unknown,
  headers: CallBody['headers'],
  written?: JsonBody,
): CallBody {
  if (body === undefined) return { body, headers };
  if (isJson(body)) {
    const json = written ?? new JsonBody(body);
    return { body: json, headers: bodyHeaders(headers, body, true) };
  }
  if (typeof body === 'string') requireWholeText(body);
  else if (isBytes(body)) bodyBytes(body);
  else if (isOneShot(body)) requireUnspent(body as object);
  return { body, headers: bodyHeaders(headers, body, false) };
}
