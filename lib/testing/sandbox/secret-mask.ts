import type { IncomingHttpHeaders } from 'node:http';
import type { ClientRegistry } from './client-registry.js';
import type { TokenStore } from './token-store.js';

const MASK = '[secret]';
const CREDENTIAL_HEADERS = ['authorization', 'proxy-authorization', 'cookie'];
const CREDENTIAL_FIELD =
  /(?<=^|[?&])(client_secret|token|access_token|refresh_token|password|code)=[^&#]*/g;
/** Anything that may be a token of ours, a JWT included. */
const TOKEN_LIKE = /[A-Za-z0-9._~+-]{8,}/g;

/** Redacts secrets and tokens in what the request log keeps. */
export class SecretMask {
  constructor(
    private readonly clients: ClientRegistry,
    private readonly tokens: TokenStore,
  ) {}

  headers(headers: IncomingHttpHeaders): IncomingHttpHeaders {
    const masked = { ...headers };
    for (const name of CREDENTIAL_HEADERS) {
      if (masked[name] !== undefined) {
        masked[name] = maskCredential(String(masked[name]));
      }
    }
    return masked;
  }

  /** `text` without the fields of a form or query that hold a credential, and without any we know. */
  text(text: string): string {
    const withoutFields = text.replace(CREDENTIAL_FIELD, `$1=${MASK}`);
    const withoutTokens = withoutFields.replace(TOKEN_LIKE, (run) =>
      this.tokens.wasGiven(run) ? MASK : run,
    );
    return this.clients
      .secrets()
      .filter((secret) => secret !== '')
      .reduce((masked, secret) => masked.replaceAll(secret, MASK), withoutTokens);
  }
}

/** Keeps the scheme: `Bearer abc` becomes `Bearer [secret]`. */
function maskCredential(value: string): string {
  const scheme = /^[A-Za-z][A-Za-z0-9-]* /.exec(value)?.[0] ?? '';
  return `${scheme}${MASK}`;
}
