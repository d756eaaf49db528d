import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import { AuditTrail } from './audit.js';
import {
  clientLine,
  type CryptofuseAuditEvent,
  type CryptofuseEvent,
  eventLine,
  isWarning,
} from './events.js';

/** The one place every notable moment passes: warnings go to Nest's logger, everything to the audit sink. */
@Injectable()
export class EventLog {
  readonly #logger = new Logger('Cryptofuse');

  constructor(
    private readonly config: CryptofuseConfig,
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Never throws. */
  report(event: CryptofuseEvent): void {
    const audited: CryptofuseAuditEvent = {
      at: new Date(this.clock.now()),
      client: this.config.name,
      clientId: this.config.clientId,
      ...event,
    };
    if (isWarning(event)) this.#tell('warn', eventLine(audited));
    const dropped = this.trail.write(audited);
    if (dropped > 0) this.report({ kind: 'audit-events-dropped', count: dropped });
  }

  /** Tells at the start which client calls what: an address that is not the one that was meant is seen there. */
  tellStart(): void {
    const { name: client, clientId, baseUrl, scopes } = this.config;
    const text = `calls ${baseUrl}, scopes: ${scopes.join(' ')}`;
    this.#tell('log', clientLine({ client, clientId }, text));
  }

  #tell(level: 'log' | 'warn', line: string): void {
    try {
      this.#logger[level](line);
    } catch {
      // A logger that fails must not end a request.
    }
  }
}
