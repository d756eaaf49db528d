import { memberOf } from './member-of.js';

/** Whether a request can have been written yet. */
export type ConnectionStage = 'connecting' | 'connected';

/** Node has no code for a peer that goes away while TLS is being set up. */
const BEFORE_TLS = 'before secure TLS connection was established';

/** Returns how far the connection had come that `error`, one of Node's, is of, as far as the error tells. */
export function stageOfNodeError(error: unknown): ConnectionStage {
  // Where a host has several addresses, there is one error for each.
  const attempts = memberOf(error, 'errors') ?? [error];
  return Array.isArray(attempts) && attempts.every(isOfConnecting) ? 'connecting' : 'connected';
}

function isOfConnecting(error: unknown): boolean {
  if (String(memberOf(error, 'message')).includes(BEFORE_TLS)) return true;
  const syscall = memberOf(error, 'syscall');
  return syscall === 'connect' || syscall === 'getaddrinfo';
}
