import axios from 'axios';
import { CLIENT_ID, CLIENT_SECRET } from '../credentials.mjs';

export const name = 'the class of the API’s page';

/** As the page prints it for Node.js, but for the base URL. */
class CryptofuseAuth {
  constructor(clientId, clientSecret, baseURL) {
    this.clientId = clientId;
    this.clientSecret = clientSecret;
    this.token = null;
    this.tokenExpires = null;
    this.baseURL = baseURL;
  }

  async getToken() {
    if (this.token && this.tokenExpires > Date.now()) {
      return this.token;
    }
    const credentials = Buffer.from(`${this.clientId}:${this.clientSecret}`).toString('base64');
    try {
      const response = await axios.post(
        `${this.baseURL}/o/token/`,
        'grant_type=client_credentials&scope=read write',
        {
          headers: {
            Authorization: `Basic ${credentials}`,
            'Content-Type': 'application/x-www-form-urlencoded',
          },
        },
      );
      this.token = response.data.access_token;
      this.tokenExpires = Date.now() + (response.data.expires_in - 60) * 1000;
      return this.token;
    } catch (error) {
      throw new Error(`Authentication failed: ${error.response?.data?.error || error.message}`, {
        cause: error,
      });
    }
  }

  async request(method, endpoint, data = null) {
    const token = await this.getToken();
    return axios({
      method,
      url: `${this.baseURL}${endpoint}`,
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
      },
      data,
    });
  }
}

export async function open(url) {
  const client = new CryptofuseAuth(CLIENT_ID, CLIENT_SECRET, url);
  return {
    call: async () => (await client.request('GET', '/user/me/')).data,
    // Its connections are those of Node's global agent.
    close: () => undefined,
  };
}
