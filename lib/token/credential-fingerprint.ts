import { createHmac, randomBytes } from 'node:crypto';
import type { CryptofuseConfig } from '../config/cryptofuse-config.js';
import type { Secret } from '../config/secret.js';

/** Of this process alone, so that a fingerprint tells nothing outside of it. */
const KEY = randomBytes(32);

/** Returns what tells credentials apart from others, without telling them: origin, client, secrets, scopes. */
export function credentialFingerprint(
  { baseUrl, clientId, scopes }: CryptofuseConfig,
  secrets: readonly Secret[],
): string {
  const revealed = secrets.map((secret) => secret.reveal());
  const identity = JSON.stringify([baseUrl, clientId, scopes, revealed]);
  return createHmac('sha256', KEY).update(identity).digest('hex');
}
