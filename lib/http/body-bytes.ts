import { types } from 'node:util';
import { refusedCall } from './refused-call.js';

/** Returns whether `body` is bytes, shared ones included. */
export function isBytes(body: unknown): body is ArrayBufferView | ArrayBufferLike {
  return ArrayBuffer.isView(body) || types.isAnyArrayBuffer(body);
}

/**
 * Returns the bytes of `body`, not as a copy.
 *
 * @throws {CryptofuseConfigException} where they are gone, or may change on their way
 */
export function bodyBytes(body: ArrayBufferView | ArrayBufferLike): Uint8Array {
  const buffer = ArrayBuffer.isView(body) ? body.buffer : body;
  if (types.isSharedArrayBuffer(buffer)) {
    throw refused('is shared memory, which may change on its way; give a copy');
  }
  try {
    if (!ArrayBuffer.isView(body)) return new Uint8Array(buffer);
    if (body.byteLength === 0) new Uint8Array(buffer); // throws where it is detached
    return body instanceof Uint8Array
      ? body
      : new Uint8Array(buffer, body.byteOffset, body.byteLength);
  } catch {
    throw refused('is bytes that were transferred or cut off; give them before, or a copy');
  }
}

function refused(message: string): Error {
  return refusedCall({ property: 'body', message });
}
