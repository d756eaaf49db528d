import type { IncomingMessage } from 'node:http';
import type { Call } from './call.js';
import { apiError, type SandboxResponse } from './response.js';

/** The fields of a form. If a name comes twice, the last one counts, as in Django. @internal */
export type FormFields = ReadonlyMap<string, string>;

/** The data of a body, or the response that refuses it. @internal */
type ParsedBody = { readonly data: unknown } | { readonly refusal: SandboxResponse };

/** The largest body that is held in memory: one megabyte. */
const LARGEST_BODY = 1024 * 1024;

const PART_NAME = /^content-disposition:[^\r\n]*;\s*name="([^"]*)"/im;
const FILE_NAME = /^content-disposition:[^\r\n]*;\s*filename\*?=/im;

/** Reads a body to its end; returns `undefined` if it is too large to hold in memory. @internal */
export async function collectBody(stream: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= LARGEST_BODY) chunks.push(chunk);
  }
  return length <= LARGEST_BODY ? Buffer.concat(chunks) : undefined;
}

/** Parses a JSON, urlencoded or multipart body. An empty one is `{}`, whatever its content type. @internal */
export function parseBody(call: Call): ParsedBody {
  const contentType = call.headers['content-type'] ?? 'text/plain';
  if (call.body.length === 0) return { data: {} };
  if (parseMediaType(contentType) === 'application/json') return parseJson(call.body);
  try {
    const form = parseForm(call.body, contentType);
    return form === undefined
      ? { refusal: unsupportedMediaType(contentType) }
      : { data: Object.fromEntries(form) };
  } catch {
    return { refusal: apiError(400, 'invalid_request', 'Multipart form parse error') };
  }
}

/**
 * Parses a urlencoded or multipart body; returns `undefined` if it is neither.
 *
 * @throws {TypeError} if a multipart body has no boundary
 * @internal
 */
export function parseForm(body: Buffer, contentType: string): FormFields | undefined {
  switch (parseMediaType(contentType)) {
    case 'application/x-www-form-urlencoded':
      return new Map(new URLSearchParams(body.toString('utf8')));
    case 'multipart/form-data':
      return new Map(parseMultipart(body, contentType));
    default:
      return undefined;
  }
}

/** Returns the media type of a `Content-Type`, in lower case, without its parameters. @internal */
export function parseMediaType(contentType: string): string {
  return contentType.split(';', 1).join('').trim().toLowerCase();
}

function parseJson(body: Buffer): ParsedBody {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    return { data: JSON.parse(text) };
  } catch {
    return { refusal: apiError(400, 'invalid_request', 'JSON parse error') };
  }
}

function unsupportedMediaType(contentType: string): SandboxResponse {
  const message = `Unsupported media type "${contentType}" in request.`;
  return apiError(415, 'unsupported_media_type', message);
}

/** Returns the text fields of a multipart body, in order (RFC 7578). Files are left out. */
function parseMultipart(body: Buffer, contentType: string): [string, string][] {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const delimiter = boundary?.[1] ?? boundary?.[2];
  if (delimiter === undefined) throw new TypeError('A multipart body needs a boundary.');
  // In latin1 a character is a byte, so that a file among the parts does no harm.
  return `\r\n${body.toString('latin1')}`
    .split(`\r\n--${delimiter}`)
    .slice(1)
    .flatMap((part) => parsePart(part));
}

function parsePart(part: string): [string, string][] {
  const end = part.indexOf('\r\n\r\n');
  const head = part.slice(0, Math.max(0, end));
  const name = PART_NAME.exec(head)?.[1];
  if (name === undefined || FILE_NAME.test(head)) return [];
  return [[decodeUtf8(name), decodeUtf8(part.slice(end + 4))]];
}

function decodeUtf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
