export { CryptofuseSandbox } from './cryptofuse-sandbox.js';
export { CryptofuseTestingModule } from './cryptofuse-testing.module.js';
export type { SandboxClient } from './sandbox/clients.js';
export type { SandboxPayment } from './sandbox/payments.js';
export type { SandboxRequest } from './sandbox/request-log.js';
export type {
  DelayFault,
  FaultPattern,
  FaultScope,
  HangFault,
  HeadersFault,
  HtmlFault,
  ResetFault,
  SandboxFault,
  StatusFault,
  TruncateFault,
} from './sandbox/faults.js';
export type { CryptofuseSandboxOptions, SandboxMerchant } from './sandbox/settings.js';
export type { SandboxCounters } from './sandbox/counters.js';
export { VirtualClock, type VirtualClockOptions } from './virtual-clock.js';
