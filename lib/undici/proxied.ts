import { ProxyAgent, type Agent, type Dispatcher } from 'undici';

/** Returns a dispatcher that goes through `proxy`, whose URL may hold its credentials. */
export function proxied(proxy: string, options: Agent.Options): Dispatcher {
  const { origin, username, password } = new URL(proxy);
  if (username === '') return new ProxyAgent({ ...options, uri: origin });
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const token = `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`;
  return new ProxyAgent({ ...options, uri: origin, token });
}
