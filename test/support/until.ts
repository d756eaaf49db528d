/** Lets the event loop turn until `holds`; a condition that never comes ends with the test's timeout. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
