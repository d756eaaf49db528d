import type { CryptofuseModuleOptions } from '../../lib/index.js';
import type { Face, SecretBench, SecretServers } from './secret-bench.js';

/** A failure in which something secret could come to light, and how to bring it about. */
export interface SecretFailure {
  readonly name: string;
  /** The code of the exception, so that it is this failure and no other; `undefined`: it is none of ours. */
  readonly code: string | RegExp | undefined;
  /** Where it comes about alike; default: through both. */
  readonly face?: Face;
  readonly options?: (servers: SecretServers) => CryptofuseModuleOptions;
  /** Rejects; default: a GET through the face. Not asked for where the client does not even start. */
  readonly provoke?: (bench: SecretBench) => Promise<unknown>;
}
