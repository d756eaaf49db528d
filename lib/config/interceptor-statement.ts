function hasIntercept(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'intercept' in value && typeof value.intercept === 'function';
}

function isInterceptorStatement(value: unknown): boolean {
  if (typeof value !== 'function') return hasIntercept(value);
  const { prototype } = value as { prototype?: unknown };
  return hasIntercept(prototype);
}

/** Returns whether `value` is a list of interceptors, classes or instances. */
export function isInterceptorList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isInterceptorStatement);
}
