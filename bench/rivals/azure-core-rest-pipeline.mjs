import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createPipelineFromOptions,
  createPipelineRequest,
} from '@azure/core-rest-pipeline';
import { SCOPE } from '../credentials.mjs';
import { fetchToken } from '../fetch-token.mjs';

export const name = '@azure/core-rest-pipeline';

/** Its bearer goes to https alone, and the server of the bench has none: past that check the URL is turned back. */
const plainHttp = {
  name: 'plainHttp',
  sendRequest(request, next) {
    request.url = request.url.replace('https:', 'http:');
    return next(request);
  },
};

/** The pipeline of the Azure clients with its default policies; it keeps and renews the credential's token. */
export async function open(url) {
  const credential = {
    async getToken() {
      const grant = await fetchToken(url);
      return {
        token: grant.access_token,
        expiresOnTimestamp: Date.now() + grant.expires_in * 1_000,
      };
    },
  };
  const pipeline = createPipelineFromOptions({});
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: SCOPE }));
  pipeline.addPolicy(plainHttp, { afterPhase: 'Sign' });
  const http = createDefaultHttpClient();
  const resource = `${url.replace('http:', 'https:')}/user/me/`;
  return {
    async call() {
      const request = createPipelineRequest({ url: resource, allowInsecureConnection: true });
      const response = await pipeline.sendRequest(http, request);
      if (response.status !== 200) throw new Error(`Answered with ${response.status}.`);
      return JSON.parse(response.bodyAsText);
    },
    close: () => undefined,
  };
}
