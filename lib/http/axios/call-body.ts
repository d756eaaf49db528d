import type { InternalAxiosRequestConfig } from 'axios';
import { JsonBody } from '../body-json.js';
import { requireWholeText } from '../body-text.js';
import { isJson } from '../encode-body.js';
import { isFormDataPackage } from '../one-shot-body.js';
import { formBytes } from './form-bytes.js';

/** The body of a call, and what its headers say of it. */
export interface CallBody {
  readonly body: unknown;
  /** Names in lower case; no content type where the body's own is right. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What axios names where it does not know better. */
const GUESSED_TYPE = 'application/x-www-form-urlencoded';

/**
 * Returns the body of `call`, which axios has transformed, and `headers` as they fit it: axios names a
 * content type where there is no body, and one of its own for what it does not know.
 *
 * @throws {CryptofuseConfigException} where it is text that cannot be written as UTF-8
 */
export function callBody(
  { data }: InternalAxiosRequestConfig,
  headers: Readonly<Record<string, string>>,
): CallBody {
  const body: unknown = data;
  const { 'content-type': stated, ...others } = headers;
  if (body === undefined || body === null) return { body: undefined, headers: others };
  if (typeof body === 'string') requireWholeText(body);
  if (body instanceof FormData) return { body, headers: others };
  if (isFormDataPackage(body)) {
    const bytes = formBytes(body);
    if (bytes === undefined) return { body, headers: others };
    return { body: bytes, headers: { ...others, ...body.getHeaders() } };
  }
  const sent = isJson(body) ? new JsonBody(body, 'data') : body;
  const isGuess = stated === GUESSED_TYPE && hasTypeOfItsOwn(sent);
  return { body: sent, headers: isGuess ? others : headers };
}

/** Returns whether axios, which sends text, bytes and streams, does not know `body`. */
function hasTypeOfItsOwn(body: unknown): boolean {
  return typeof body === 'function' || body instanceof JsonBody || body instanceof Blob;
}
