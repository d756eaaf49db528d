import type { AddressInfo, Server } from 'node:net';

/** Returns host and port of `server`, as they stand in a URL. */
export function placeOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}
