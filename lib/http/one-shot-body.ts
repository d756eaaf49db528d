import { Readable } from 'node:stream';

/** The `form-data` package's stream, which carries its own headers. */
export interface FormDataPackage {
  getHeaders(): Record<string, string>;
  pipe(destination: NodeJS.WritableStream): unknown;
  on?(event: 'error', listener: (error: Error) => void): unknown;
}

/** Returns whether `body` is a form of the `form-data` package. */
export function isFormDataPackage(body: unknown): body is FormDataPackage {
  if (typeof body !== 'object' || body === null) return false;
  return 'getHeaders' in body && typeof body.getHeaders === 'function' && 'pipe' in body;
}

/** Returns whether `body` can be read once only, so that it cannot be sent again. */
export function isOneShot(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  if (body instanceof Readable || body instanceof ReadableStream) return true;
  return Symbol.asyncIterator in body || isFormDataPackage(body);
}

/** Listens to a stream's errors from now on: it may fail before it is read, and an error unheard ends the process. */
export function adoptBody(body: unknown): void {
  if (body instanceof Readable) body.on('error', () => undefined);
}

/** Returns whether `body` is a stream that {@link endBody} ends. */
export function isEndable(body: unknown): boolean {
  return body instanceof Readable || body instanceof ReadableStream;
}

/** Ends a stream that nobody will read any more, without an error: its owner may listen to none. */
export function endBody(body: unknown): void {
  if (body instanceof Readable) body.destroy();
  else if (body instanceof ReadableStream && !body.locked)
    void body.cancel().catch(() => undefined);
}
