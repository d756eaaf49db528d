import { Injectable, Logger } from '@nestjs/common';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import type { CryptofuseEvent } from './cryptofuse-event.js';

const WARNINGS: ReadonlySet<CryptofuseEvent['kind']> = new Set<CryptofuseEvent['kind']>([
  'token-request-failed',
  'revocation-failed',
  'clock-skew',
]);

/** The one place every notable moment passes. It writes to Nest's logger. */
@Injectable()
export class EventLog {
  readonly #logger = new Logger('Cryptofuse');

  constructor(private readonly config: CryptofuseConfig) {}

  report(event: CryptofuseEvent): void {
    const line = `client ${this.config.clientId}: ${lineOf(event)}`;
    if (isWarning(event)) this.#logger.warn(line);
    else this.#logger.debug(line);
  }
}

function isWarning(event: CryptofuseEvent): boolean {
  return WARNINGS.has(event.kind);
}

function lineOf(event: CryptofuseEvent): string {
  switch (event.kind) {
    case 'token-issued':
      return `token issued for ${event.lifetime} s, scopes: ${event.scopes.join(' ')}`;
    case 'token-request-failed':
      return `no new token: ${event.code}, ${event.message}`;
    case 'token-refused':
      return 'the API refused the token';
    case 'clock-skew':
      return `this machine's clock and the server's differ by ${event.skew} ms: check time synchronisation`;
    case 'token-invalidated':
      return 'token invalidated';
    case 'token-revoked':
      return 'token revoked';
    case 'revocation-failed':
      return `the token could not be revoked: ${event.code}, ${event.message}`;
  }
}
