import { Agent } from 'node:http';
import axios from 'axios';
import { fetchToken } from '../fetch-token.mjs';

export const name = 'axios';

/** An instance with a token that never changes. */
export async function open(url) {
  const { access_token: token } = await fetchToken(url);
  const httpAgent = new Agent({ keepAlive: true, maxSockets: 64 });
  const instance = axios.create({
    baseURL: url,
    httpAgent,
    headers: { authorization: `Bearer ${token}` },
  });
  return {
    call: async () => (await instance.get('/user/me/')).data,
    close: () => httpAgent.destroy(),
  };
}
