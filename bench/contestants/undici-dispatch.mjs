import { Pool } from 'undici';
import { fetchToken } from '../fetch-token.mjs';

export const name = 'undici dispatch';

/** Gathers the body and parses it: the least that a client over undici does. */
class Handler {
  #status = 0;
  #chunks = [];

  constructor(resolve, reject) {
    this.resolve = resolve;
    this.reject = reject;
  }

  onRequestStart() {}

  onResponseStart(_, status) {
    this.#status = status;
  }

  onResponseData(_, chunk) {
    this.#chunks.push(chunk);
  }

  onResponseEnd() {
    if (this.#status !== 200) this.reject(new Error(`Answered with ${this.#status}.`));
    else this.resolve(JSON.parse(Buffer.concat(this.#chunks).toString()));
  }

  onResponseError(_, error) {
    this.reject(error);
  }
}

/** undici's lowest way to call one origin, with a token that never changes: the limit of what is built on it. */
export async function open(url) {
  const { access_token: token } = await fetchToken(url);
  const pool = new Pool(url, { connections: 64 });
  const request = {
    origin: url,
    path: '/user/me/',
    method: 'GET',
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
  };
  return {
    call: () =>
      new Promise((resolve, reject) => {
        pool.dispatch(request, new Handler(resolve, reject));
      }),
    close: () => pool.close(),
  };
}
