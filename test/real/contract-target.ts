/** A client as the token endpoint knows it. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What is unusual about a client: a confidential one for client credentials with both scopes else. */
export interface ClientStatement extends Partial<ClientCredentials> {
  readonly grant?: 'client-credentials' | 'authorization-code';
  readonly scopes?: readonly string[];
}

/** What a server has seen since `reset()`. */
export interface TrafficCounters {
  /** Requests to the token endpoint, whatever the answer. */
  readonly tokenRequests: number;
  readonly tokensIssued: number;
  readonly revocations: number;
  /** Payments that exist. */
  readonly payments: number;
}

/** Without a member that limit is out of reach. */
export interface TargetLimits {
  readonly tokenRequestsPerMinute?: number;
  readonly apiRequestsPerHour?: number;
}

/** What the contract needs of a server that speaks the API. */
export interface ContractTarget extends ClientCredentials {
  /** The base URL, without a slash at the end. */
  readonly url: string;
  /** Adds a client beside the first one, and returns its credentials. */
  addClient(statement: ClientStatement): Promise<ClientCredentials>;
  /** Gives the first client a new secret, and returns it; `clientSecret` is the new one from then on. */
  rotateSecret(): Promise<string>;
  revokeAll(): Promise<void>;
  expireAll(): Promise<void>;
  /** Seconds that tokens issued from now on live; zero and negative are possible. */
  setTokenLifetime(seconds: number): Promise<void>;
  setLimits(limits: TargetLimits): Promise<void>;
  counters(): Promise<TrafficCounters>;
  /** Forgets tokens, payments, counters, limits and lifetime; clients stay. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}
