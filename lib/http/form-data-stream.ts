import { PassThrough, Readable } from 'node:stream';
import { adoptBody, type FormDataPackage } from './one-shot-body.js';

/**
 * Returns what `form` gives as a `Readable`. The package's own stream is of the old kind: an error of it
 * that nobody hears ends the process.
 */
export function formDataStream(form: FormDataPackage): Readable {
  if (form instanceof Readable) return form;
  const body = new PassThrough();
  adoptBody(body);
  const fail = (error: unknown): void => {
    body.destroy(error as Error);
  };
  try {
    form.on?.('error', fail);
    form.pipe(body);
  } catch (error) {
    fail(error);
  }
  return body;
}
