import type { InjectionToken } from '@nestjs/common';

/**
 * Returns what a provider of the client `name` is injected by: for a client without a name the class
 * itself.
 */
export function getCryptofuseToken(
  name: string | undefined,
  provider: abstract new (...dependencies: never[]) => unknown,
): InjectionToken {
  return name === undefined ? provider : `Cryptofuse(${name}):${provider.name}`;
}
