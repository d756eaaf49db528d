import { VirtualClock } from '../virtual-clock.js';
import { alphanumeric } from './clients.js';

/** What `GET /user/me/` tells. Newer pages of the API omit all but the name. */
export interface SandboxMerchant {
  readonly name: string;
  readonly schema_name?: string;
  readonly created_on?: string;
}

/** How a `CryptofuseSandbox` is to be. Every member may be left out. */
export interface CryptofuseSandboxOptions {
  /** Default: random, as the dashboard makes one. */
  readonly clientId?: string;
  /** Default: random, as the dashboard makes one. */
  readonly clientSecret?: string;
  /** What the client may ask for; default: `['read', 'write']`. */
  readonly scopes?: readonly string[];
  /** Seconds that a token lives, which may be zero or negative; default: 3600. */
  readonly tokenLifetime?: number;
  /** A path before all paths, such as `/api/v1`; default: none. */
  readonly prefix?: string;
  /** Default: the merchant of the API's own documentation. */
  readonly merchant?: SandboxMerchant;
  /** Requests a minute at the token endpoint, by address; `false`: no limit and no headers; default: 20. */
  readonly tokenLimit?: number | false;
  /** Requests an hour at the API, by token; `false`: no limit and no headers; default: 1000. */
  readonly apiLimit?: number | false;
  /** Milliseconds that each answer of the token endpoint is held back; default: 0. */
  readonly tokenLatency?: number;
  /** Milliseconds that each answer of the API is held back; default: 0. */
  readonly apiLatency?: number;
  /** What the sandbox tells time by; default: a `VirtualClock` that moves. */
  readonly clock?: VirtualClock;
  /**
   * Members that a token answer gets besides or instead of its own; `undefined` removes one. Only a text in
   * `access_token` changes more than the answer: that token is then good.
   */
  readonly tokenResponse?: Readonly<Record<string, unknown>>;
}

/** The options with every default filled in. */
export type SandboxSettings = Required<CryptofuseSandboxOptions>;

const MERCHANT = {
  name: 'Your Merchant Name',
  schema_name: 'tenant_yourname',
  created_on: '2025-01-01T00:00:00Z',
};

/** Fills in the defaults; a member that is `undefined` counts as left out. */
export function settle(options: CryptofuseSandboxOptions): SandboxSettings {
  const stated = Object.entries(options).filter(([, value]) => value !== undefined);
  const settings = {
    ...defaults(),
    ...(Object.fromEntries(stated) as CryptofuseSandboxOptions),
  };
  return { ...settings, prefix: normalPrefix(settings.prefix) };
}

function defaults(): SandboxSettings {
  return {
    clientId: alphanumeric(40),
    clientSecret: alphanumeric(128),
    scopes: ['read', 'write'],
    tokenLifetime: 3600,
    prefix: '',
    merchant: MERCHANT,
    tokenLimit: 20,
    apiLimit: 1000,
    tokenLatency: 0,
    apiLatency: 0,
    clock: new VirtualClock(),
    tokenResponse: {},
  };
}

/** One slash before it and none behind it; nothing for an empty one. */
function normalPrefix(prefix: string): string {
  const inner = prefix.replace(/^\/+|\/+$/g, '');
  return inner === '' ? '' : `/${inner}`;
}
