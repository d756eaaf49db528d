import { answerAtResource, type ApiResource } from './api-resource.js';
import { BearerGuard } from './bearer-guard.js';
import type { Call } from './call.js';
import { RevocationEndpoint, TokenEndpoint } from './oauth-endpoints.js';
import { paymentListResource, paymentResource } from './payments.js';
import { type Answer, emptyAnswer, htmlPage, jsonAnswer } from './response.js';
import type { SandboxMerchant, SandboxSettings } from './settings.js';
import type { SandboxState } from './state.js';
import { ECHO_RESOURCE, EXPORT_RESOURCE } from './stream-resources.js';

/** Who answers at a path. */
export interface Route {
  /** Of the whole path below the prefix. */
  readonly path: RegExp;
  /** Whether it reads the request's stream itself. */
  readonly streamed?: boolean;
  answer(call: Call): Answer | Promise<Answer>;
}

/** Finds who answers. A path that lacks but its last slash is redirected, whatever the method (FACTS 1.7). */
export class Router {
  constructor(
    private readonly routes: readonly Route[],
    private readonly prefix: string,
  ) {}

  /** `path`: below the prefix; `undefined`: not below it. */
  find(path: string | undefined): Route {
    if (path === undefined) {
      return NOT_FOUND;
    }
    return this.match(path) ?? this.redirectTo(`${path}/`) ?? NOT_FOUND;
  }

  private match(path: string): Route | undefined {
    return this.routes.find((route) => route.path.test(path));
  }

  private redirectTo(path: string): Route | undefined {
    const answer = (call: Call): Answer =>
      emptyAnswer(301, { location: `${this.prefix}${path}${call.search}` });
    return this.match(path) && { path: /$/, answer };
  }
}

const NOT_FOUND: Route = { path: /$/, answer: () => htmlPage(404) };

/** Every path that the sandbox knows. */
export function routesOf(settings: SandboxSettings, state: SandboxState): Route[] {
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
    { path: /^\/o\/token\/$/, answer: (call) => token.answer(call) },
    { path: /^\/o\/revoke_token\/$/, answer: (call) => revocation.answer(call) },
    ...resources.map((resource) => ({
      path: resource.path,
      streamed: resource.streamed,
      answer: (call: Call) => answerAtResource(resource, guard, call),
    })),
  ];
}

/** `/user/me/` */
export function merchantResource(merchant: SandboxMerchant): ApiResource {
  return {
    path: /^\/user\/me\/$/,
    methods: { GET: () => jsonAnswer(200, merchant) },
  };
}
