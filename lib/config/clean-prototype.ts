/** What the language itself has there. */
const OWN = new Set(Reflect.ownKeys(Object.prototype));

/** Returns whether `Object.prototype` has members that were put into it since the start. */
export function isPrototypePolluted(): boolean {
  return Reflect.ownKeys(Object.prototype).length > OWN.size;
}

/**
 * Returns what `work`, which is done at once, returns while `Object.prototype` has none of the members that
 * were put into it since the start: for code that reads plain objects without looking whose members they are.
 */
export function withCleanPrototype<T>(work: () => T): T {
  if (!isPrototypePolluted()) return work();
  const added = Reflect.ownKeys(Object.prototype).filter((key) => !OWN.has(key));
  const members = added.map(
    (key) => [key, Reflect.getOwnPropertyDescriptor(Object.prototype, key)] as const,
  );
  try {
    for (const key of added) Reflect.deleteProperty(Object.prototype, key);
    return work();
  } finally {
    for (const [key, member] of members) {
      if (member !== undefined)
        Reflect.defineProperty(Object.prototype, key, withoutPrototype(member));
    }
  }
}

/** A descriptor is read as any object: a polluted `get` would make an accessor of a value. */
function withoutPrototype(member: PropertyDescriptor): PropertyDescriptor {
  return Object.assign(Object.create(null) as PropertyDescriptor, member);
}
