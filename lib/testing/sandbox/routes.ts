import { answerAtResource, type ApiResource } from './api-resource.js';
import { BearerGuard } from './bearer-guard.js';
import type { Call } from './call.js';
import { merchantResource } from './merchant-resource.js';
import { RevocationEndpoint, TokenEndpoint } from './oauth-endpoints.js';
import { paymentListResource, paymentResource } from './payments.js';
import type { Route } from './router.js';
import type { SandboxSettings } from './settings.js';
import type { SandboxState } from './state.js';
import { ECHO_RESOURCE, EXPORT_RESOURCE } from './stream-resources.js';

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
