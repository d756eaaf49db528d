import { SystemClock } from '../../lib/clock/system-clock.js';
import type { CryptofuseConfig } from '../../lib/config/cryptofuse-config.js';
import { AuditTrail } from '../../lib/diagnostics/audit-trail.js';
import { CryptofuseAuditSink } from '../../lib/diagnostics/cryptofuse-audit-sink.js';
import type { CryptofuseAuditEvent } from '../../lib/diagnostics/cryptofuse-event.js';
import { EventLog } from '../../lib/diagnostics/event-log.js';

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
