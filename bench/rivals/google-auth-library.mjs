import { OAuth2Client } from 'google-auth-library';
import { fetchToken } from '../fetch-token.mjs';

export const name = 'google-auth-library';

/** Other servers than Google's are reached through the refresh handler, which it calls when a token ends. */
export async function open(url) {
  const client = new OAuth2Client();
  client.refreshHandler = async () => {
    const grant = await fetchToken(url);
    return {
      access_token: grant.access_token,
      expiry_date: Date.now() + grant.expires_in * 1_000,
    };
  };
  return {
    call: async () => (await client.request({ url: `${url}/user/me/` })).data,
    close: () => undefined,
  };
}
