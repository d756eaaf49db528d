import { Pool, type buildConnector, type Client } from 'undici';
import { withCleanPrototype } from '../config/clean-prototype.js';
import { OwnClient } from './own-client.js';

/** How connections are kept. */
export interface PoolOptions extends Client.Options {
  readonly connections: number;
}

/** Returns connections to `origin`, made by `connect`, that take nothing from a prototype. */
export function ownPool(
  origin: string,
  { connections, ...options }: PoolOptions,
  connect: buildConnector.connector,
): Pool {
  // undici makes a client when it needs one, of a copy of the pool's options that leaves out what is undefined.
  const factory = (): Client =>
    withCleanPrototype(() => new OwnClient(origin, { ...options, connect }));
  return new Pool(origin, { connections, connect, factory });
}
