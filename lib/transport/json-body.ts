import type { ResponseHeaders } from './transport.js';

const JSON_TYPE = /^application\/(json|[\w.!#$&^+-]+\+json)$/;

const OTHER_TYPES = new Set(['text/html', 'text/plain', 'text/xml', 'application/xml']);

/** A body that is not the JSON it should be. */
export class UnreadableBody {
  constructor(
    /** What is wrong with it. */
    readonly reason: string,
    readonly text: string,
  ) {}
}

/** Returns the media type of an answer in lower case, without parameters; empty where none is named. */
export function mediaTypeOf(headers: ResponseHeaders): string {
  const [type] = String(headers['content-type'] ?? '').split(';');
  return (type ?? '').trim().toLowerCase();
}

/**
 * Returns the JSON that `bytes` hold, `undefined` for no bytes, or an {@link UnreadableBody}: where
 * the media type is another, or the text is no JSON. Where no type is named, JSON is taken for what it is.
 */
export function readJson(bytes: Buffer, headers: ResponseHeaders): unknown {
  if (bytes.length === 0) return undefined;
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  const type = mediaTypeOf(headers);
  if (type !== '' && !JSON_TYPE.test(type)) {
    // Only a known name is repeated: a header may echo anything.
    const reason = OTHER_TYPES.has(type) ? `is ${type}, not JSON` : 'is not JSON';
    return new UnreadableBody(reason, text);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return new UnreadableBody('is not the JSON its header says', text);
  }
}
