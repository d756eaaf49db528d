import type { CryptofuseAuditEvent } from './cryptofuse-event.js';

/**
 * Where the audit log goes. Provide one to have it elsewhere than in Nest's logger:
 * `extraProviders: [{ provide: CryptofuseAuditSink, useClass: MySink }]`.
 *
 * It is called in the order of the events and never holds up a request: what it throws is logged, and while
 * a thousand of its promises are pending, further events are dropped and counted.
 */
export abstract class CryptofuseAuditSink {
  abstract write(event: CryptofuseAuditEvent): void | Promise<void>;
}
