import { Readable } from 'node:stream';
import { bodyBytes, isBytes } from './body-bytes.js';
import { JsonBody } from './body-json.js';
import { textBytes } from './body-text.js';
import { formHeaders } from './form-headers.js';
import { refusedCall } from './refused-call.js';
import { isFormDataPackage, isOneShot, type FormDataPackage } from './one-shot-body.js';
import { uploadStream } from './upload-stream.js';

/** A body as it goes to the wire, with the headers that describe it. */
export interface EncodedBody {
  readonly body: Uint8Array | Readable | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** The content type of JSON. */
export const JSON_TYPE = 'application/json';

/** What a request without a body sends. */
export const NO_BODY: EncodedBody = { body: undefined, headers: {} };

const TEXT = 'text/plain;charset=UTF-8';
const FORM = 'application/x-www-form-urlencoded;charset=UTF-8';
const BYTES = 'application/octet-stream';

/**
 * Returns `body`, which is that of a `CallBody`, as it goes to the wire. A function is called, once an attempt,
 * for a stream.
 *
 * @throws {CryptofuseConfigException} where a function returns none
 */
export async function encodeBody(body: unknown): Promise<EncodedBody> {
  if (body === undefined) return NO_BODY;
  if (body instanceof JsonBody) return encoded(body.bytes, JSON_TYPE);
  if (typeof body === 'string') return encoded(textBytes(body), TEXT);
  if (isBytes(body)) return encoded(bodyBytes(body), BYTES);
  if (body instanceof URLSearchParams) return encoded(Buffer.from(body.toString(), 'utf8'), FORM);
  if (body instanceof FormData) return encodeForm(body);
  if (body instanceof Blob) return encodeBlob(body);
  if (typeof body === 'function') return encodeStream(await newStream(body as () => unknown));
  return encodeStream(body);
}

/** Returns whether `body` goes to the wire as JSON, where it can. */
export function isJson(body: unknown): boolean {
  if (typeof body === 'string' || typeof body === 'function') return false;
  return !isBytes(body) && !isPlatformBody(body) && !isOneShot(body);
}

function isPlatformBody(body: unknown): boolean {
  return body instanceof URLSearchParams || body instanceof FormData || body instanceof Blob;
}

function encoded(body: Uint8Array | Readable, contentType: string): EncodedBody {
  return { body, headers: { 'content-type': contentType } };
}

/** The platform writes multipart; read into memory, since not every server takes a body of unknown length. */
async function encodeForm(form: FormData): Promise<EncodedBody> {
  const written = new Response(form);
  const contentType = written.headers.get('content-type') ?? BYTES;
  return encoded(new Uint8Array(await written.arrayBuffer()), contentType);
}

function encodeBlob(blob: Blob): EncodedBody {
  const headers = { 'content-type': blob.type || BYTES, 'content-length': String(blob.size) };
  return { body: Readable.fromWeb(blob.stream()), headers };
}

function encodeStream(stream: unknown): EncodedBody {
  if (isFormDataPackage(stream)) return encodeFormPackage(stream);
  return encoded(uploadStream(stream as AsyncIterable<unknown>), BYTES);
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

/** A stream that was read before would be sent without what was read. */
async function newStream(make: () => unknown): Promise<unknown> {
  const made = await madeBy(make);
  // It tells of web streams too; the types do not.
  if (isOneShot(made) && !Readable.isDisturbed(made as Readable)) return made;
  const message = 'must be, where it is a function, one that returns a new stream each time';
  throw refusedCall({ property: 'body', message });
}

async function madeBy(make: () => unknown): Promise<unknown> {
  try {
    return await make();
  } catch {
    // Without the error's text: it may quote what the application keeps to itself.
    const message = 'is a function that threw; it must return a new stream each time';
    throw refusedCall({ property: 'body', message });
  }
}
