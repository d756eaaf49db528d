import type { Call } from './call.js';
import { mediaType, readForm } from './form-body.js';
import { type Answer, apiError } from './response.js';

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
