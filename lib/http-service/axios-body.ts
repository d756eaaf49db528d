import type { InternalAxiosRequestConfig } from 'axios';
import { JsonBody } from '../request/body-json.js';
import { type FormDataPackage, isFormDataPackage } from '../request/body-stream.js';
import { isJson, requireWholeText } from '../request/body.js';

/** The body of a call, with its headers. */
export interface CallBody {
  readonly body: unknown;
  /** Names in lower case; without a content type if the body sets its own. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The content type that axios falls back to. */
const GUESSED_TYPE = 'application/x-www-form-urlencoded';

/**
 * Returns the body of `call`, which axios has transformed, with the `headers` that fit it: axios sets a content type even
 * if there is no body, and a default for types that it does not know.
 *
 * @throws {CryptofuseConfigException} if it is text that cannot be written as UTF-8
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
  const isGuess = stated === GUESSED_TYPE && isUnknownToAxios(sent);
  return { body: sent, headers: isGuess ? others : headers };
}

/** Returns whether `body` is of a type that axios, which sends text, bytes and streams, does not know. */
function isUnknownToAxios(body: unknown): boolean {
  return typeof body === 'function' || body instanceof JsonBody || body instanceof Blob;
}

interface MeasuredForm extends FormDataPackage {
  getBuffer(): Buffer;
  getLengthSync(): number;
  hasKnownLength(): boolean;
}

/**
 * Returns the bytes of a form of the `form-data` package, which can be sent again as the form cannot;
 * `undefined` if it holds a stream, or was read before.
 */
export function formBytes(form: FormDataPackage): Buffer | undefined {
  if (!isMeasured(form) || !form.hasKnownLength()) return undefined;
  try {
    const bytes = form.getBuffer();
    return bytes.length === form.getLengthSync() ? bytes : undefined;
  } catch {
    return undefined; // a stream whose length was stated
  }
}

function isMeasured(form: FormDataPackage): form is MeasuredForm {
  const methods = ['getBuffer', 'getLengthSync', 'hasKnownLength'];
  return methods.every((name) => typeof Reflect.get(form, name) === 'function');
}
