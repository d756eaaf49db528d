/** Shared by all copies of the package in one process. */
const BRAND = Symbol.for('nestjs-cryptofuse.exception');

/** Marks a class, so that its instances are `instanceof CryptofuseException`. */
export function brand(prototype: object): void {
  Object.defineProperty(prototype, BRAND, { value: true });
}

/** Returns whether `value` is an instance of a class that {@link brand} marked. */
export function isBranded(value: unknown): boolean {
  return typeof value === 'object' && value !== null && BRAND in value;
}
