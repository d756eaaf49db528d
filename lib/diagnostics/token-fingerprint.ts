import { createHmac, randomBytes } from 'node:crypto';

/** Of this process alone, so that a fingerprint tells nothing outside of it. */
const KEY = randomBytes(32);
const LENGTH = 12;

/** Returns what tells `token` apart from others without telling it: 12 hex digits of an HMAC. */
export function tokenFingerprint(token: string): string {
  return createHmac('sha256', KEY).update(token).digest('hex').slice(0, LENGTH);
}
