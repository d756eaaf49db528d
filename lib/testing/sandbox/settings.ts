import { VirtualClock } from '../virtual-clock.js';
import { alphanumeric } from './clients.js';
import type { CryptofuseSandboxOptions } from './sandbox-options.js';

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
