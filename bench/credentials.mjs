/** What every contestant states for itself; the server knows no other client. */
export const CLIENT_ID = 'bench';
export const CLIENT_SECRET = 'bench-secret';
export const SCOPE = 'read write';

/** A client whose tokens live for `seconds`. */
export const clientIdOfLife = (seconds) => `${CLIENT_ID}-life-${seconds}`;
