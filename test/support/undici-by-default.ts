import { undiciTransport } from '../../lib/undici/index.js';

/** Stands in for `lib/transport/axios-transport.ts` where a suite runs on the other transport. */
export const axiosTransport = undiciTransport();
