import { afterAll, beforeAll, beforeEach, describe } from '@jest/globals';

import { describeAuthorisation } from './authorisation.contract.js';
import { describeClientAuthentication } from './client-authentication.contract.js';
import type { ContractTarget } from './contract-target.js';
import { contractTargets, type StartableTarget } from './contract-targets.js';
import { describeLimits } from './limits.contract.js';
import { describePaths } from './paths.contract.js';
import { describePrefix } from './prefix.contract.js';
import { describeResources } from './resources.contract.js';
import { describeRevocation } from './revocation.contract.js';
import { describeStreams } from './streams.contract.js';
import { describeTokenEndpoint } from './token-endpoint.contract.js';

const concerns = [
  ['client authentication', describeClientAuthentication],
  ['token endpoint', describeTokenEndpoint],
  ['revocation', describeRevocation],
  ['authorisation', describeAuthorisation],
  ['resources', describeResources],
  ['streams', describeStreams],
  ['limits', describeLimits],
  ['paths', describePaths],
] as const;

describe.each(contractTargets())('the API of the $name server', (startable) => {
  describe('at the root', () => {
    const target = running(startable);

    describe.each(concerns)('%s', (_name, describeConcern) => {
      describeConcern(target);
    });
  });

  describe('below a path prefix', () => {
    describePrefix(running(startable, '/api/v1'));
  });
});

/** Runs the target around the tests of this block, resetting it for each. */
function running(startable: StartableTarget, prefix?: string): () => ContractTarget {
  let target: ContractTarget | undefined;
  const started = () => {
    if (target === undefined) {
      throw new Error(`The ${startable.name} server is not started`);
    }
    return target;
  };
  beforeAll(async () => {
    target = await startable.start(prefix);
  });
  beforeEach(() => started().reset());
  afterAll(() => target?.stop());
  return started;
}
