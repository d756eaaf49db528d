import { Readable } from 'node:stream';
import { types } from 'node:util';
import { HALF_CHARACTER } from '../config/option-values.js';
import { callRefused } from '../exceptions/cryptofuse-config.exception.js';
import { JsonBody } from './body-json.js';
import {
  type FormDataPackage,
  isFormDataPackage,
  isOneShot,
  requireUnspent,
  uploadStream,
} from './body-stream.js';
import { bodyHeaders, formHeaders } from './headers.js';

/** @throws {CryptofuseConfigException} if `text` cannot be written as UTF-8 */
export function requireWholeText(text: string): void {
  if (!text.isWellFormed()) throw callRefused({ property: 'body', message: HALF_CHARACTER });
}

/**
 * Returns the bytes of `text`.
 *
 * @throws {CryptofuseConfigException} if it cannot be written as UTF-8
 */
function textBytes(text: string): Buffer {
  requireWholeText(text);
  return Buffer.from(text, 'utf8');
}

/** A call's body, JSON as a {@link JsonBody}, with the headers that the call sets. */
export interface CallBody {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Returns `body` and the call's `headers` for the pipeline. JSON is serialised here, once per call.
 *
 * @param json the JSON of `body`, if it was serialised before
 * @throws {CryptofuseConfigException} if `body` cannot be sent, or not under these headers
 */
export function callBody(body: unknown, headers: CallBody['headers'], json?: JsonBody): CallBody {
  if (body === undefined) return { body, headers };
  if (isJson(body)) {
    return { body: json ?? new JsonBody(body), headers: bodyHeaders(headers, body, true) };
  }
  if (typeof body === 'string') requireWholeText(body);
  else if (isBytes(body)) bodyBytes(body);
  else if (isOneShot(body)) requireUnspent(body as object);
  return { body, headers: bodyHeaders(headers, body, false) };
}

/** A body as it goes to the wire, with the headers that describe it. */
export interface EncodedBody {
  readonly body: Uint8Array | Readable | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** The content type of JSON. */
export const JSON_TYPE = 'application/json';

/** The encoded form of no body. */
export const NO_BODY: EncodedBody = { body: undefined, headers: {} };

const TEXT = 'text/plain;charset=UTF-8';
const FORM = 'application/x-www-form-urlencoded;charset=UTF-8';
const BYTES = 'application/octet-stream';

/**
 * Encodes `body`, that of a `CallBody`, for the wire. A function is called once per attempt for a stream.
 *
 * @throws {CryptofuseConfigException} if a function returns no new stream
 */
export async function encodeBody(body: unknown): Promise<EncodedBody> {
  if (body === undefined) return NO_BODY;
  if (body instanceof JsonBody) return encodedBody(body.bytes, JSON_TYPE);
  if (typeof body === 'string') return encodedBody(textBytes(body), TEXT);
  if (isBytes(body)) return encodedBody(bodyBytes(body), BYTES);
  if (body instanceof URLSearchParams)
    return encodedBody(Buffer.from(body.toString(), 'utf8'), FORM);
  if (body instanceof FormData) return encodeForm(body);
  if (body instanceof Blob) return encodeBlob(body);
  if (typeof body === 'function') return encodeStream(await newStream(body as () => unknown));
  return encodeStream(body);
}

/** Returns whether `body` is sent as JSON, if JSON can hold it. */
export function isJson(body: unknown): boolean {
  if (typeof body === 'string' || typeof body === 'function') return false;
  return !isBytes(body) && !isPlatformBody(body) && !isOneShot(body);
}

function isPlatformBody(body: unknown): boolean {
  return body instanceof URLSearchParams || body instanceof FormData || body instanceof Blob;
}

function encodedBody(body: Uint8Array | Readable, contentType: string): EncodedBody {
  return { body, headers: { 'content-type': contentType } };
}

/** Encodes a form as multipart in memory, since not every server accepts a body of unknown length. */
async function encodeForm(form: FormData): Promise<EncodedBody> {
  const response = new Response(form);
  const contentType = response.headers.get('content-type') ?? BYTES;
  return encodedBody(new Uint8Array(await response.arrayBuffer()), contentType);
}

function encodeBlob(blob: Blob): EncodedBody {
  const headers = { 'content-type': blob.type || BYTES, 'content-length': String(blob.size) };
  return { body: Readable.fromWeb(blob.stream()), headers };
}

function encodeStream(stream: unknown): EncodedBody {
  if (isFormDataPackage(stream)) return encodeFormPackage(stream);
  return encodedBody(uploadStream(stream as AsyncIterable<unknown>), BYTES);
}

function encodeFormPackage(form: FormDataPackage): EncodedBody {
  const body = uploadStream(form);
  try {
    return { body, headers: formHeaders(form) };
  } catch (refusal) {
    body.destroy();
    throw refusal;
  }
}

/** Returns the stream that `make` returns. One that was read before would be sent incomplete. */
async function newStream(make: () => unknown): Promise<unknown> {
  const made = await streamFrom(make);
  // Web streams are supported too, which the types do not say.
  if (isOneShot(made) && !Readable.isDisturbed(made as Readable)) return made;
  const message = 'must be, where it is a function, one that returns a new stream each time';
  throw callRefused({ property: 'body', message });
}

async function streamFrom(make: () => unknown): Promise<unknown> {
  try {
    return await make();
  } catch {
    // Without the error's text, which may quote private data of the application.
    const message = 'is a function that threw; it must return a new stream each time';
    throw callRefused({ property: 'body', message });
  }
}

/** Returns whether `body` is bytes, shared ones included. */
export function isBytes(body: unknown): body is ArrayBufferView | ArrayBufferLike {
  return ArrayBuffer.isView(body) || types.isAnyArrayBuffer(body);
}

/**
 * Returns the bytes of `body` without copying them.
 *
 * @throws {CryptofuseConfigException} if they are detached, or shared and may change while they are sent
 */
export function bodyBytes(body: ArrayBufferView | ArrayBufferLike): Uint8Array {
  const buffer = ArrayBuffer.isView(body) ? body.buffer : body;
  if (types.isSharedArrayBuffer(buffer)) {
    throw refusal('is shared memory, which may change on its way; give a copy');
  }
  try {
    if (!ArrayBuffer.isView(body)) return new Uint8Array(buffer);
    if (body.byteLength === 0) new Uint8Array(buffer); // throws if it is detached
    return body instanceof Uint8Array
      ? body
      : new Uint8Array(buffer, body.byteOffset, body.byteLength);
  } catch {
    throw refusal('is bytes that were transferred or cut off; give them before, or a copy');
  }
}

function refusal(message: string): Error {
  return callRefused({ property: 'body', message });
}
