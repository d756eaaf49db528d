import { SystemClock } from '../../lib/clock/clock.js';
import type { CryptofuseConfig } from '../../lib/config/cryptofuse-config.js';
import { AuditTrail, CryptofuseAuditSink } from '../../lib/diagnostics/audit.js';
import { EventLog } from '../../lib/diagnostics/event-log.js';
import type { CryptofuseAuditEvent } from '../../lib/diagnostics/events.js';

/** The log of a client with `config`, whose events are added to `events`. */
export function eventLogOf(
  config: CryptofuseConfig,
  events: CryptofuseAuditEvent[] = [],
): EventLog {
  return new EventLog(config, new AuditTrail(new ListedEvents(events)), new SystemClock());
}

class ListedEvents extends CryptofuseAuditSink {
  constructor(private readonly events: CryptofuseAuditEvent[]) {
    super();
  }

  write(event: CryptofuseAuditEvent): void {
    this.events.push(event);
  }
}
