import { isUtf8 } from 'node:buffer';
import type { ResponseHeaders } from '../contracts/transport.js';

const JSON_TYPE = 'application/json';
const JSON_TYPES = /^application\/(json|[\w.!#$&^+-]+\+json)$/;

const BYTE_ORDER_MARK = '\ufeff';

const OTHER_TYPES = new Set(['text/html', 'text/plain', 'text/xml', 'application/xml']);

/** A body that is not the JSON it should be, or the body of an error that cannot be read at all. */
export class UnreadableBody {
  constructor(
    /** What is wrong with it. */
    readonly reason: string,
    /** Empty if it cannot be read at all. */
    readonly text: string,
  ) {}
}

/** Returns the media type of a response in lower case, without parameters; empty if none is named. */
export function mediaTypeOf(headers: ResponseHeaders): string {
  const header = headers['content-type'];
  // What nearly every response says needs no reading.
  if (header === JSON_TYPE) return header;
  const [type] = String(header ?? '').split(';');
  return (type ?? '').trim().toLowerCase();
}

/**
 * Returns the JSON that `bytes` hold, `undefined` for no bytes, or an {@link UnreadableBody} if the media
 * type is another, or they are no JSON in UTF-8 (RFC 8259 §8.1). Where no type is named, JSON is taken for
 * what it is.
 */
export function readJson(bytes: Buffer, headers: ResponseHeaders): unknown {
  if (bytes.length === 0) return undefined;
  const text = withoutMark(bytes.toString('utf8'));
  const reason = reasonAgainst(bytes, headers);
  if (reason !== undefined) return new UnreadableBody(reason, text);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return new UnreadableBody('is not the JSON its header says', text);
  }
}

function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

/** Reads the body of an error as {@link readJson} does; what is not UTF-8 in it is replaced, for its code is worth more. */
export function readErrorJson(bytes: Buffer, headers: ResponseHeaders): unknown {
  return readJson(isUtf8(bytes) ? bytes : Buffer.from(bytes.toString('utf8')), headers);
}

function reasonAgainst(bytes: Buffer, headers: ResponseHeaders): string | undefined {
  const type = mediaTypeOf(headers);
  if (type !== '' && type !== JSON_TYPE && !JSON_TYPES.test(type)) {
    // Only a known name is repeated: a header may echo anything.
    return OTHER_TYPES.has(type) ? `is ${type}, not JSON` : 'is not JSON';
  }
  return isUtf8(bytes) ? undefined : 'is not in UTF-8';
}
