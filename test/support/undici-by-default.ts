import type { AxiosTransportOptions, TransportFactory } from '../../lib/index.js';
import { undiciTransport } from '../../lib/undici/index.js';

/** Stands in for that of `lib/transport/axios-transport.ts` where a suite runs on the other transport. */
export function axiosTransport(options?: AxiosTransportOptions): TransportFactory {
  return undiciTransport(options);
}
