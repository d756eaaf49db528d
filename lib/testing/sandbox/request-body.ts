import type { IncomingMessage } from 'node:http';
import type { Call } from './call.js';
import { type Answer, apiError } from './response.js';

/** The largest body that is held in memory: one megabyte. */
const LARGEST_BODY = 1024 * 1024;

/** Reads a body to its end; `undefined` where it is larger than what is held in memory. */
export async function collectBody(stream: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= LARGEST_BODY) {
      chunks.push(chunk);
    }
  }
  return length <= LARGEST_BODY ? Buffer.concat(chunks) : undefined;
}

/** The fields of a form. Of a name that comes twice the last one counts, as in Django. */
export type FormFields = ReadonlyMap<string, string>;

/** The media type of a `Content-Type`, in lower case, without its parameters. */
export function mediaType(contentType: string): string {
  return contentType.split(';', 1).join('').trim().toLowerCase();
}

/**
 * Reads a urlencoded or multipart body; `undefined` where it is neither.
 *
 * @throws {TypeError} where a multipart body has no boundary
 */
export function readForm(body: Buffer, contentType: string): FormFields | undefined {
  switch (mediaType(contentType)) {
    case 'application/x-www-form-urlencoded':
      return new Map(new URLSearchParams(body.toString('utf8')));
    case 'multipart/form-data':
      return new Map(readMultipartFields(body, contentType));
    default:
      return undefined;
  }
}

const PART_NAME = /^content-disposition:[^\r\n]*;\s*name="([^"]*)"/im;
const FILE_NAME = /^content-disposition:[^\r\n]*;\s*filename\*?=/im;

/**
 * The text fields of a multipart body, in order (RFC 7578). Files are left out.
 *
 * @throws {TypeError} where the content type has no boundary
 */
export function readMultipartFields(body: Buffer, contentType: string): [string, string][] {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const delimiter = boundary?.[1] ?? boundary?.[2];
  if (delimiter === undefined) {
    throw new TypeError('A multipart body needs a boundary.');
  }
  // In latin1 a character is a byte, so that a file among the parts does no harm.
  return `\r\n${body.toString('latin1')}`
    .split(`\r\n--${delimiter}`)
    .slice(1)
    .flatMap((part) => fieldOf(part));
}

function fieldOf(part: string): [string, string][] {
  const end = part.indexOf('\r\n\r\n');
  const head = part.slice(0, Math.max(0, end));
  const name = PART_NAME.exec(head)?.[1];
  if (name === undefined || FILE_NAME.test(head)) {
    return [];
  }
  return [[utf8(name), utf8(part.slice(end + 4))]];
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

/** What a body says, or the answer to one that says nothing. */
export type SentData = { readonly data: unknown } | { readonly refusal: Answer };

/** Reads a JSON, urlencoded or multipart body. An empty one says `{}`, whatever it calls itself. */
export function readSentData(call: Call): SentData {
  const contentType = call.headers['content-type'] ?? 'text/plain';
  if (call.body.length === 0) {
    return { data: {} };
  }
  if (mediaType(contentType) === 'application/json') {
    return readJson(call.body);
  }
  try {
    const form = readForm(call.body, contentType);
    return form === undefined
      ? { refusal: unsupportedMediaType(contentType) }
      : { data: Object.fromEntries(form) };
  } catch {
    return { refusal: apiError(400, 'invalid_request', 'Multipart form parse error') };
  }
}

function readJson(body: Buffer): SentData {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    return { data: JSON.parse(text) };
  } catch {
    return { refusal: apiError(400, 'invalid_request', 'JSON parse error') };
  }
}

function unsupportedMediaType(contentType: string): Answer {
  const message = `Unsupported media type "${contentType}" in request.`;
  return apiError(415, 'unsupported_media_type', message);
}
