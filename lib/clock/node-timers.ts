import { clearTimeout, setImmediate, setTimeout } from 'node:timers';

/**
 * Node's own timers, whatever a test puts in their place: fake ones swallow what was armed while they were in, and a call
 * would wait for ever.
 */
export const nodeTimers = { clearTimeout, setImmediate, setTimeout };
