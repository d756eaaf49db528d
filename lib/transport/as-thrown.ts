/** Returns `reason` as what may be thrown, whatever it is: that of an abort need be no error. */
export function asThrown(reason: unknown): Error {
  return reason as Error;
}
