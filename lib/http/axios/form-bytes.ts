import type { FormDataPackage } from '../one-shot-body.js';

interface MeasuredForm extends FormDataPackage {
  getBuffer(): Buffer;
  getLengthSync(): number;
  hasKnownLength(): boolean;
}

/**
 * Returns the bytes of a form of the `form-data` package, which can be sent again as the form cannot;
 * `undefined` where it holds a stream, or was read before.
 */
export function formBytes(form: FormDataPackage): Buffer | undefined {
  if (!isMeasured(form) || !form.hasKnownLength()) return undefined;
  try {
    const bytes = form.getBuffer();
    return bytes.length === form.getLengthSync() ? bytes : undefined;
  } catch {
    return undefined; // a stream whose length was stated
  }
}

function isMeasured(form: FormDataPackage): form is MeasuredForm {
  const methods = ['getBuffer', 'getLengthSync', 'hasKnownLength'];
  return methods.every((name) => typeof Reflect.get(form, name) === 'function');
}
