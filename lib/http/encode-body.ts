import { Readable } from 'node:stream';
import { refusedCall } from './refused-call.js';
import { isFormDataPackage, isOneShot } from './one-shot-body.js';
import { uploadStream } from './upload-stream.js';

/** A body as it goes to the wire, with the headers that describe it. */
export interface EncodedBody {
  readonly body: Uint8Array | Readable | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a request without a body sends. */
export const NO_BODY: EncodedBody = { body: undefined, headers: {} };

const TEXT = 'text/plain;charset=UTF-8';
const FORM = 'application/x-www-form-urlencoded;charset=UTF-8';
const JSON_TYPE = 'application/json';
const BYTES = 'application/octet-stream';

/**
 * Returns `body` as it goes to the wire: text, bytes, `URLSearchParams`, `FormData`, `Blob` and streams
 * as what they are, anything else as JSON. A function is called, once an attempt, for a stream.
 *
 * @throws {CryptofuseConfigException} where it is none of these and no JSON
 */
export async function encodeBody(body: unknown): Promise<EncodedBody> {
  if (body === undefined) return NO_BODY;
  if (typeof body === 'string') return encoded(Buffer.from(body, 'utf8'), TEXT);
  if (ArrayBuffer.isView(body) || body instanceof ArrayBuffer) return encoded(bytesOf(body), BYTES);
  if (body instanceof URLSearchParams) return encoded(Buffer.from(body.toString(), 'utf8'), FORM);
  if (body instanceof FormData) return encodeForm(body);
  if (body instanceof Blob) return encodeBlob(body);
  if (isOneShot(body)) return encodeStream(body);
  if (typeof body === 'function') return encodeStream(await newStream(body as () => unknown));
  return encoded(Buffer.from(jsonOf(body), 'utf8'), JSON_TYPE);
}

function encoded(body: Uint8Array | Readable, contentType: string): EncodedBody {
  return { body, headers: { 'content-type': contentType } };
}

function bytesOf(body: ArrayBufferView | ArrayBuffer): Uint8Array {
  if (body instanceof Uint8Array) return body;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
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
  if (isFormDataPackage(stream)) {
    return { body: uploadStream(stream), headers: stream.getHeaders() };
  }
  return encoded(uploadStream(stream as AsyncIterable<unknown>), BYTES);
}

/** A stream that was read before would be sent without what was read. */
async function newStream(make: () => unknown): Promise<unknown> {
  const made: unknown = await make();
  // It tells of web streams too; the types do not.
  if (isOneShot(made) && !Readable.isDisturbed(made as Readable)) return made;
  const message = 'must be, where it is a function, one that returns a new stream each time';
  throw refusedCall({ property: 'body', message });
}

function jsonOf(body: unknown): string {
  try {
    const json: unknown = JSON.stringify(body);
    if (typeof json === 'string') return json;
  } catch {
    // What JSON cannot hold is told below, without the error's text: it may quote the body.
  }
  const message =
    'must be JSON without cycles and bigints, text, bytes, URLSearchParams, FormData, Blob, a stream or a function that returns one';
  throw refusedCall({ property: 'body', message });
}
