import type { PresentedCredentials } from './basic-credentials.js';

/** A client that the sandbox knows. */
export interface SandboxClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** What it may ask for; default: `['read', 'write']`. */
  readonly scopes?: readonly string[];
  /** Default: `['client_credentials']`; a client without that one is answered `unauthorized_client`. */
  readonly grantTypes?: readonly string[];
}

/** A client with its defaults. */
export interface RegisteredClient {
  readonly clientId: string;
  /** Each of them is good; the last one is the current one. */
  readonly secrets: readonly string[];
  readonly scopes: readonly string[];
  readonly grantTypes: readonly string[];
}

/** The clients, and how one proves to be one of them. */
export class ClientRegistry {
  private readonly clients = new Map<string, RegisteredClient>();
  private readonly everySecret = new Set<string>();

  add(client: SandboxClient): void {
    this.everySecret.add(client.clientSecret);
    this.clients.set(client.clientId, {
      clientId: client.clientId,
      secrets: [client.clientSecret],
      scopes: client.scopes ?? ['read', 'write'],
      grantTypes: client.grantTypes ?? ['client_credentials'],
    });
  }

  /** Gives `clientId` another secret; with `keepPrevious` the current one stays good beside it. */
  rotate(clientId: string, newSecret: string, keepPrevious: boolean): void {
    this.everySecret.add(newSecret);
    const client = this.clients.get(clientId);
    if (client !== undefined) {
      const previous = keepPrevious ? client.secrets.slice(-1) : [];
      this.clients.set(clientId, { ...client, secrets: [...previous, newSecret] });
    }
  }

  /**
   * The client that presents good credentials, in the Basic header or else in the form. As in Django OAuth Toolkit,
   * a Basic header that names a known client also decides whose secret the form must hold.
   */
  authenticate(
    basic: PresentedCredentials | undefined,
    form: PresentedCredentials,
  ): RegisteredClient | undefined {
    const named = basic && this.clients.get(basic.clientId);
    if (basic !== undefined && named?.secrets.includes(basic.clientSecret)) {
      return named;
    }
    const client = named ?? this.clients.get(form.clientId);
    return client?.secrets.includes(form.clientSecret) ? client : undefined;
  }

  /** Every secret that is or was good for somebody. */
  secrets(): string[] {
    return [...this.everySecret];
  }
}
