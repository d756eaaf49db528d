import { randomInt } from 'node:crypto';

/** A client that the sandbox knows. */
export interface SandboxClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** What it may ask for; default: `['read', 'write']`. */
  readonly scopes?: readonly string[];
  /** Default: `['client_credentials']`; a client without that one gets `unauthorized_client`. */
  readonly grantTypes?: readonly string[];
}

/** A client with its defaults. @internal */
export interface RegisteredClient {
  readonly clientId: string;
  /** Each of them is accepted; the last one is the current one. */
  readonly secrets: readonly string[];
  readonly scopes: readonly string[];
  readonly grantTypes: readonly string[];
}

/** A client id and a secret, as a request presents them. @internal */
interface PresentedCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

const SCHEME = 'Basic ';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The clients that the sandbox knows, and how they authenticate. @internal */
export class ClientRegistry {
  readonly #clients = new Map<string, RegisteredClient>();
  readonly #everySecret = new Set<string>();

  add(client: SandboxClient): void {
    this.#everySecret.add(client.clientSecret);
    this.#clients.set(client.clientId, {
      clientId: client.clientId,
      secrets: [client.clientSecret],
      scopes: client.scopes ?? ['read', 'write'],
      grantTypes: client.grantTypes ?? ['client_credentials'],
    });
  }

  /** Gives `clientId` another secret; with `keepPrevious` the current one is still accepted beside it. */
  rotate(clientId: string, newSecret: string, keepPrevious: boolean): void {
    this.#everySecret.add(newSecret);
    const client = this.#clients.get(clientId);
    if (client !== undefined) {
      const previous = keepPrevious ? client.secrets.slice(-1) : [];
      this.#clients.set(clientId, { ...client, secrets: [...previous, newSecret] });
    }
  }

  /**
   * Returns the client that presents valid credentials, in the Basic header or else in the form. As in Django OAuth
   * Toolkit, a Basic header that names a known client also decides whose secret the form must hold.
   */
  authenticate(
    basic: PresentedCredentials | undefined,
    form: PresentedCredentials,
  ): RegisteredClient | undefined {
    const named = basic && this.#clients.get(basic.clientId);
    if (basic !== undefined && named?.secrets.includes(basic.clientSecret)) return named;
    const client = named ?? this.#clients.get(form.clientId);
    return client?.secrets.includes(form.clientSecret) ? client : undefined;
  }

  /** Returns every secret that is or was accepted. */
  secrets(): string[] {
    return [...this.#everySecret];
  }
}

/**
 * Reads an `Authorization` header as Django OAuth Toolkit does (FACTS 1.1): the scheme is spelt exactly `Basic`,
 * characters outside base64's alphabet are skipped, the bytes are UTF-8, and both halves around the first colon are
 * form-decoded. Returns `undefined` if that fails.
 *
 * @internal
 */
export function readBasicCredentials(header: string | undefined): PresentedCredentials | undefined {
  if (!header?.startsWith(SCHEME)) return undefined;
  const pair = decodeBase64(header.slice(SCHEME.length));
  const colon = pair?.indexOf(':') ?? -1;
  if (pair === undefined || colon < 0) return undefined;
  return {
    clientId: unquotePlus(pair.slice(0, colon)),
    clientSecret: unquotePlus(pair.slice(colon + 1)),
  };
}

/** Returns `length` random letters and digits: the API's tokens, client ids and secrets. @internal */
export function randomAlphanumeric(length: number): string {
  return Array.from({ length }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

function decodeBase64(text: string): string | undefined {
  const digits = text.replace(/[^A-Za-z0-9+/=]/g, '');
  if (digits.length % 4 !== 0) return undefined;
  try {
    const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return utf8.decode(Buffer.from(digits, 'base64'));
  } catch {
    return undefined;
  }
}

/** Python's `unquote_plus`: whatever is not `%XX` stays as it is. */
function unquotePlus(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/(?:%[0-9a-f]{2})+/gi, (escaped) =>
      Buffer.from(escaped.replaceAll('%', ''), 'hex').toString('utf8'),
    );
}
