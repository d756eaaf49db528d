/** A client as the token endpoint knows it. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What differs from the default client: confidential, for client credentials, with both scopes. */
export interface ClientStatement extends Partial<ClientCredentials> {
  readonly grant?: 'client-credentials' | 'authorization-code';
  readonly scopes?: readonly string[];
}

/** What a server has seen since `reset()`. */
export interface TrafficCounters {
  /** Requests to the token endpoint, whatever the response. */
  readonly tokenRequests: number;
  readonly tokensIssued: number;
  readonly revocations: number;
  /** Payments that exist. */
  readonly payments: number;
}

/** The limits of a server; a missing one is out of reach. */
export interface TargetLimits {
  readonly tokenRequestsPerMinute?: number;
  readonly apiRequestsPerHour?: number;
}

/** A server of the API, with the controls that the contract needs. */
export interface ContractTarget extends ClientCredentials {
  /** The base URL, without a slash at the end. */
  readonly url: string;
  /** Adds another client, and returns its credentials. */
  addClient(statement: ClientStatement): Promise<ClientCredentials>;
  /** Gives the first client a new secret, which it returns and sets as `clientSecret`. */
  rotateSecret(): Promise<string>;
  revokeAll(): Promise<void>;
  expireAll(): Promise<void>;
  /** Sets the lifetime of tokens issued from now on, in seconds; it may be zero or negative. */
  setTokenLifetime(seconds: number): Promise<void>;
  setLimits(limits: TargetLimits): Promise<void>;
  counters(): Promise<TrafficCounters>;
  /** Forgets tokens, payments, counters, limits and lifetime; clients stay. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}
