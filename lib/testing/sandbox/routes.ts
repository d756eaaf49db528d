import { type ApiResource, serveResource } from './api-resource.js';
import { BearerGuard } from './bearer-guard.js';
import type { Call } from './call.js';
import { RevocationEndpoint, TokenEndpoint } from './oauth-endpoints.js';
import { paymentListResource, paymentResource } from './payments.js';
import { emptyResponse, htmlPage, jsonResponse, type SandboxResponse } from './response.js';
import type { SandboxMerchant, SandboxSettings } from './settings.js';
import type { SandboxState } from './state.js';
import { ECHO_RESOURCE, EXPORT_RESOURCE } from './stream-resources.js';

/** A path, and what responds there. @internal */
export interface Route {
  /** Matches the whole path below the prefix. */
  readonly path: RegExp;
  /** Whether it reads the request's stream itself. */
  readonly isStreamed?: boolean;
  respond(call: Call): SandboxResponse | Promise<SandboxResponse>;
}

const NOT_FOUND: Route = { path: /$/, respond: () => htmlPage(404) };

/** Finds the route of a path. One that lacks only the last slash is redirected (FACTS 1.7). @internal */
export class Router {
  constructor(
    private readonly routes: readonly Route[],
    private readonly prefix: string,
  ) {}

  /** @param path below the prefix; `undefined`: not below it */
  find(path: string | undefined): Route {
    if (path === undefined) return NOT_FOUND;
    return this.#match(path) ?? this.#redirectTo(`${path}/`) ?? NOT_FOUND;
  }

  #match(path: string): Route | undefined {
    return this.routes.find((route) => route.path.test(path));
  }

  #redirectTo(path: string): Route | undefined {
    const respond = (call: Call): SandboxResponse =>
      emptyResponse(301, { location: `${this.prefix}${path}${call.search}` });
    return this.#match(path) && { path: /$/, respond };
  }
}

/** Returns a route for every path of the sandbox. @internal */
export function createRoutes(settings: SandboxSettings, state: SandboxState): Route[] {
  const { clients, tokens, ledger, tokenLimit, apiLimit } = state;
  const token = new TokenEndpoint(settings, clients, tokens, tokenLimit);
  const revocation = new RevocationEndpoint(clients, tokens);
  const guard = new BearerGuard(tokens, apiLimit);
  const resources: ApiResource[] = [
    merchantResource(settings.merchant),
    paymentListResource(ledger, settings.prefix),
    paymentResource(ledger),
    ECHO_RESOURCE,
    EXPORT_RESOURCE,
  ];
  return [
    { path: /^\/o\/token\/$/, respond: (call) => token.respond(call) },
    { path: /^\/o\/revoke_token\/$/, respond: (call) => revocation.respond(call) },
    ...resources.map((resource) => ({
      path: resource.path,
      isStreamed: resource.isStreamed,
      respond: (call: Call) => serveResource(resource, guard, call),
    })),
  ];
}

/** `/user/me/` */
function merchantResource(merchant: SandboxMerchant): ApiResource {
  return {
    path: /^\/user\/me\/$/,
    methods: { GET: () => jsonResponse(200, merchant) },
  };
}
