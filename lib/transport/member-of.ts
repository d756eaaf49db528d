/** Returns a member of an error; Node's errors are no `Error` of a realm such as that of a test runner. */
export function memberOf(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}
