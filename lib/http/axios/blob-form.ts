import { refusedCall } from '../refused-call.js';

/** The platform's form, which takes a `Blob`, and would write any other object as `[object Object]`. */
export class BlobForm extends FormData {
  override append(name: string, value: unknown, fileName?: string): void {
    if (value instanceof Blob) {
      if (fileName === undefined) super.append(name, value);
      else super.append(name, value, fileName);
      return;
    }
    super.append(name, textOf(name, value));
  }
}

function textOf(name: string, value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return value.toString();
    default: {
      const message = 'cannot hold a stream beside a Blob; state both as Buffer or Blob';
      throw refusedCall({ property: `data[${JSON.stringify(name.slice(0, 60))}]`, message });
    }
  }
}

/** Returns whether a `Blob` is somewhere in `data`, which the `form-data` package does not take. */
export function holdsBlob(data: unknown, seen = new Set<unknown>()): boolean {
  if (data instanceof Blob) return true;
  if (!isPlain(data) || seen.has(data)) return false;
  seen.add(data);
  return Object.values(data).some((value) => holdsBlob(value, seen));
}

function isPlain(data: unknown): data is object {
  if (typeof data !== 'object' || data === null) return false;
  if (Array.isArray(data)) return true;
  const prototype: unknown = Object.getPrototypeOf(data);
  return prototype === null || prototype === Object.prototype;
}
