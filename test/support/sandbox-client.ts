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
  type CryptofuseSandboxOptions,
} from '../../lib/testing/index.js';

/** A sandbox and a client bound to it; `stop()` ends both. */
export interface SandboxClient {
  readonly sandbox: CryptofuseSandbox;
  readonly module: TestingModule;
  readonly api: CryptofuseService;
  readonly http: CryptofuseHttpService;
  readonly tokens: CryptofuseTokenService;
  stop(): Promise<void>;
}

/** Starts a sandbox without limits, unless `sandbox` states some, and a client of it. */
export async function startSandboxClient(
  options: {
    readonly sandbox?: CryptofuseSandboxOptions;
    readonly client?: CryptofuseModuleOptions;
  } = {},
): Promise<SandboxClient> {
  const limits = { tokenLimit: false, apiLimit: false } as const;
  const sandbox = await CryptofuseSandbox.start({ ...limits, ...options.sandbox });
  const module = await Test.createTestingModule({
    imports: [CryptofuseTestingModule.forSandbox(sandbox, options.client)],
  }).compile();
  module.useLogger(false);
  await module.init();
  return {
    sandbox,
    module,
    api: module.get(CryptofuseService),
    http: module.get(CryptofuseHttpService),
    tokens: module.get(CryptofuseTokenService),
    stop: async () => {
      await module.close();
      await sandbox.stop();
    },
  };
}
