import { axiosTransport } from '../../lib/transport/axios-transport.js';
import { undiciTransport } from '../../lib/undici/index.js';
import type { TransportFactory } from '../../lib/index.js';

/** Each transport, by its name, for `describe.each`. */
export const BOTH_TRANSPORTS: readonly (readonly [string, TransportFactory])[] = [
  ['axios', axiosTransport()],
  ['undici', undiciTransport()],
];
