import type { ContractTarget } from './contract-target.js';
import { findOauthToolkitPython } from './oauth-toolkit-python.js';
import { RealServer } from './real-server.js';
import { SandboxTarget } from './sandbox-target.js';

/** A server to start, and its name in the report. */
export interface StartableTarget {
  readonly name: string;
  start(prefix?: string): Promise<ContractTarget>;
}

/** Returns the servers to run the contract on; reports a missing real server on stderr. */
export function contractTargets(): readonly StartableTarget[] {
  const sandbox = { name: 'sandbox', start: (prefix?: string) => SandboxTarget.start(prefix) };
  const python = findOauthToolkitPython();
  if (python === undefined) {
    process.stderr.write('real server: skipped, python3-django-oauth-toolkit is not installed\n');
    return [sandbox];
  }
  const real = { name: 'real', start: (prefix?: string) => RealServer.start({ python, prefix }) };
  return [sandbox, real];
}
