/**
 * Returns every string that can be reached from `root`: through own and inherited properties, symbols,
 * getters, Maps and Sets. What `isForeign` holds for is not followed.
 */
export function stringsWithin(
  root: unknown,
  isForeign: (value: object) => boolean = () => false,
): Set<string> {
  const strings = new Set<string>();
  const seen = new Set<unknown>();
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === 'string') strings.add(value);
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (isForeign(value)) continue;
    pending.push(...entriesOf(value), ...keysOf(value).map((key) => member(value, key)));
    for (const key of keysOf(value)) strings.add(String(key));
  }
  return strings;
}

function entriesOf(value: object): unknown[] {
  return value instanceof Map || value instanceof Set ? [...(value as Iterable<unknown>)] : [];
}

function keysOf(value: object): (string | symbol)[] {
  const keys = new Set(Reflect.ownKeys(value));
  let prototype: unknown = Object.getPrototypeOf(value);
  while (typeof prototype === 'object' && prototype !== null && prototype !== Object.prototype) {
    for (const key of Reflect.ownKeys(prototype)) keys.add(key);
    prototype = Object.getPrototypeOf(prototype);
  }
  return [...keys];
}

/** A getter that throws tells nothing. */
function member(value: object, key: string | symbol): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    return undefined;
  }
}
