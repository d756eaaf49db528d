import { readMultipartFields } from './multipart-form.js';

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
