import { Child } from './child.mjs';

/** Starts the server in its own process; over TLS with a `certificate` of certificate.mjs. */
export async function startServer(certificate) {
  const files = certificate ? [certificate.keyFile, certificate.file] : [];
  const child = new Child('./server.mjs', files);
  const port = await child.next();
  return {
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`,
    /** Returns how many connections are open at the server. */
    connections: () => child.ask('connections'),
    stop: () => child.stop(),
  };
}
