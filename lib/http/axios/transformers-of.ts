/** Returns `stated` as a list: axios takes one transformer, several or none. */
export function transformersOf<T>(stated: T | readonly T[] | null | undefined): readonly T[] {
  return [stated ?? []].flat() as readonly T[];
}
