import type {
  CryptofuseAuditEvent,
  CryptofuseEvent,
  CryptofuseWarning,
  RequestEvent,
  TokenEvent,
} from './cryptofuse-event.js';

const WARNINGS: ReadonlySet<CryptofuseEvent['kind']> = new Set<CryptofuseWarning['kind']>([
  'token-request-failed',
  'revocation-failed',
  'clock-skew',
  'tls-unverified',
  'audit-events-dropped',
]);

/** Returns whether `event` is one that an operator is warned of. */
export function isWarning(event: CryptofuseEvent): event is CryptofuseWarning {
  return WARNINGS.has(event.kind);
}

/** Returns `event` as one line of a log. */
export function eventLine(event: CryptofuseAuditEvent): string {
  return clientLine(event, isWarning(event) ? warning(event) : record(event));
}

/** Returns the line of a log that tells `text` of a client. */
export function clientLine(
  { client, clientId }: Pick<CryptofuseAuditEvent, 'client' | 'clientId'>,
  text: string,
): string {
  const which = client === undefined ? clientId : `${client} (${clientId})`;
  return `client ${which}: ${text}`;
}

function warning(event: CryptofuseWarning): string {
  switch (event.kind) {
    case 'token-request-failed':
      return `no new token: ${event.code}, ${event.message}`;
    case 'revocation-failed':
      return `the token could not be revoked: ${event.code}, ${event.message}`;
    case 'clock-skew':
      return `this machine's clock and the server's differ by ${event.skew} ms: check time synchronisation`;
    case 'tls-unverified':
      return `the server's certificate is not verified: ${event.reason}`;
    case 'audit-events-dropped':
      return `the audit sink is too slow: ${event.count} events were dropped`;
  }
}

function record(event: TokenEvent | RequestEvent): string {
  switch (event.kind) {
    case 'token-issued':
    case 'token-renewed': {
      const how = event.kind === 'token-issued' ? 'issued' : 'renewed';
      return `token ${event.token} ${how} for ${event.lifetime} s, scopes: ${event.scopes.join(' ')}`;
    }
    case 'token-refused':
      return `the API refused the token ${event.token}`;
    case 'token-invalidated':
      return `token ${event.token} invalidated`;
    case 'token-revoked':
      return `token ${event.token} revoked`;
    case 'request-authorised':
      return `${event.method} ${event.path} ${event.status ?? 'no answer'} ${Math.round(event.duration)} ms, token ${event.token}`;
    case 'destination-refused':
      return `a call was refused: its URL ${event.reason}`;
  }
}
