import { VirtualClock } from '../virtual-clock.js';
import { randomAlphanumeric } from './clients.js';

/** What `GET /user/me/` returns. Newer pages of the API omit all but the name. */
export interface SandboxMerchant {
  readonly name: string;
  readonly schema_name?: string;
  readonly created_on?: string;
}

/** Options of `CryptofuseSandbox.start`. Each may be left out or `undefined`. */
export interface CryptofuseSandboxOptions {
  /** Default: random, like those of the dashboard. */
  readonly clientId?: string;
  /** Default: random, like those of the dashboard. */
  readonly clientSecret?: string;
  /** What the client may ask for; default: `['read', 'write']`. */
  readonly scopes?: readonly string[];
  /** The `expires_in` of a token, in seconds, which may be zero or negative; default: 3600. */
  readonly tokenLifetime?: number;
  /** A path before all paths, such as `/api/v1`; default: none. */
  readonly prefix?: string;
  /** Default: the merchant of the API's own documentation. */
  readonly merchant?: SandboxMerchant;
  /** Requests a minute at the token endpoint, by address; `false`: no limit and no headers; default: 20. */
  readonly tokenLimit?: number | false;
  /** Requests an hour at the API, by token; `false`: no limit and no headers; default: 1000. */
  readonly apiLimit?: number | false;
  /** Milliseconds that each response of the token endpoint is held back; default: 0. */
  readonly tokenLatency?: number;
  /** Milliseconds that each response of the API is held back; default: 0. */
  readonly apiLatency?: number;
  /** What the sandbox tells time by; default: a `VirtualClock` that moves. */
  readonly clock?: VirtualClock;
  /** Milliseconds that the sandbox's wall clock is ahead of `clock`, less than 0: behind. Default: 0. */
  readonly clockSkew?: number;
  /**
   * Members that replace or complete those of a token response; `undefined` removes one. Only a string in
   * `access_token` changes more than the response: the API then accepts that token.
   */
  readonly tokenResponse?: Readonly<Record<string, unknown>>;
}

/** The options with every default filled in. @internal */
export type SandboxSettings = Required<CryptofuseSandboxOptions>;

const MERCHANT: SandboxMerchant = {
  name: 'Your Merchant Name',
  schema_name: 'tenant_yourname',
  created_on: '2025-01-01T00:00:00Z',
};

/** Fills in the defaults; a member that is `undefined` counts as left out. @internal */
export function resolveSettings(options: CryptofuseSandboxOptions): SandboxSettings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const settings = {
    ...createDefaults(),
    ...(Object.fromEntries(given) as CryptofuseSandboxOptions),
  };
  return { ...settings, prefix: normalizePrefix(settings.prefix) };
}

function createDefaults(): SandboxSettings {
  return {
    clientId: randomAlphanumeric(40),
    clientSecret: randomAlphanumeric(128),
    scopes: ['read', 'write'],
    tokenLifetime: 3600,
    prefix: '',
    merchant: MERCHANT,
    tokenLimit: 20,
    apiLimit: 1000,
    tokenLatency: 0,
    apiLatency: 0,
    clock: new VirtualClock(),
    clockSkew: 0,
    tokenResponse: {},
  };
}

/** One slash at its start and none at its end; an empty one stays empty. */
function normalizePrefix(prefix: string): string {
  const inner = prefix.replace(/^\/+|\/+$/g, '');
  return inner === '' ? '' : `/${inner}`;
}
