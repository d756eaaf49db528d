import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import {
  CryptofuseHttpService,
  CryptofuseService,
  CryptofuseTokenService,
  type CryptofuseModuleOptions,
} from '../../lib/index.js';
import {
  CryptofuseSandbox,
  CryptofuseTestingModule,
  VirtualClock,
} from '../../lib/testing/index.js';
import type { SandboxClient } from './sandbox-client.js';
import { TlsGate } from './tls-gate.js';

/** A sandbox behind a gate, and a client of it that verifies no certificate; `stop()` ends all three. */
export interface GatedClient extends SandboxClient {
  readonly gate: TlsGate;
}

/** Starts a sandbox with a frozen clock and without limits, a gate, and a client that has its token. */
export async function startGatedClient(options: CryptofuseModuleOptions): Promise<GatedClient> {
  const clock = new VirtualClock({ frozen: true });
  const sandbox = await CryptofuseSandbox.start({ clock, tokenLimit: false, apiLimit: false });
  const gate = await TlsGate.start(sandbox.url);
  const module = await unverified({ baseUrl: gate.url, ...options }, sandbox);
  const tokens = module.get(CryptofuseTokenService);
  await tokens.getToken();
  return {
    sandbox,
    gate,
    module,
    api: module.get(CryptofuseService),
    http: module.get(CryptofuseHttpService),
    tokens,
    stop: async () => {
      await module.close();
      await gate.stop();
      await sandbox.stop();
    },
  };
}

/** Whether certificates are verified is settled when the client is made. */
async function unverified(
  options: CryptofuseModuleOptions,
  sandbox: CryptofuseSandbox,
): Promise<TestingModule> {
  const imports = [CryptofuseTestingModule.forSandbox(sandbox, options)];
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  try {
    const module = await Test.createTestingModule({ imports }).compile();
    module.useLogger(false);
    return await module.init();
  } finally {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  }
}
