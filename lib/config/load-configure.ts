import type { configure } from './configure.js';

let loaded: typeof configure | undefined;

/**
 * Returns `configure`, which comes with class-validator: that takes many times as long to load as the rest
 * of the package. It is asked for once: what has got into `Object.prototype` since may fail any import.
 */
export async function loadConfigure(): Promise<typeof configure> {
  loaded ??= (await import('./configure.js')).configure;
  return loaded;
}
