import type { CryptofuseSandbox } from '../../../lib/testing/cryptofuse-sandbox.js';

/** A response, read to its end. */
export interface ReceivedResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | FormData | ReadableStream;
  readonly signal?: AbortSignal;
}

/** A plain HTTP client of one sandbox: nothing in it knows what the package knows. */
export class SandboxCaller {
  constructor(private readonly sandbox: CryptofuseSandbox) {}

  async send(path: string, sent: Sent = {}): Promise<ReceivedResponse> {
    const init = { redirect: 'manual', duplex: 'half', ...sent } as const;
    const response = await fetch(`${this.sandbox.url}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json' && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  }

  /** A POST of a form under `/o/`, by the sandbox's client unless `authorization` says otherwise. */
  postForm(path: string, form: string, authorization = this.basic()): Promise<ReceivedResponse> {
    const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
    return this.send(path, { method: 'POST', headers, body: form });
  }

  askForToken(scope?: string, authorization?: string): Promise<ReceivedResponse> {
    const asked = scope === undefined ? '' : `&scope=${encodeURIComponent(scope)}`;
    return this.postForm('/o/token/', `grant_type=client_credentials${asked}`, authorization);
  }

  /** A token that is good. */
  async token(scope?: string): Promise<string> {
    const { json } = await this.askForToken(scope);
    return (json as { access_token: string }).access_token;
  }

  /** A call of the API with `token`. An object goes out as JSON. */
  call(method: string, path: string, token: string, body?: object): Promise<ReceivedResponse> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return this.send(path, { method, headers, body: body && JSON.stringify(body) });
  }

  basic(id = this.sandbox.clientId, secret = this.sandbox.clientSecret): string {
    return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  }
}

/** Lets everything else go on until `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
