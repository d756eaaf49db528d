import { Child } from './child.mjs';

/** Starts the server in its own process. */
export async function startServer() {
  const child = new Child('./server.mjs');
  const port = await child.next();
  return {
    url: `http://127.0.0.1:${port}`,
    /** Returns how many connections are open at the server. */
    connections: () => child.ask('connections'),
    stop: () => child.stop(),
  };
}
