import type { BearerGuard } from './bearer-guard.js';
import type { Call } from './call.js';
import { apiError, type SandboxResponse, withHeaders } from './response.js';

/**
 * Responds to a call that the guard admitted. `id` is what the path captured, decoded; empty if it captures nothing.
 *
 * @internal
 */
type ApiHandler = (call: Call, id: string) => SandboxResponse | Promise<SandboxResponse>;

/** A resource of the API. @internal */
export interface ApiResource {
  /** Matches the whole path below the prefix; at most one group. */
  readonly path: RegExp;
  /** By method. `HEAD` goes with `GET`. */
  readonly methods: Readonly<Record<string, ApiHandler>>;
  /** Whether it reads the request's stream itself, so that the body is not held in memory. */
  readonly isStreamed?: boolean;
}

/** Responds to a call of `resource`: the guard first, then the method, then the handler. @internal */
export async function serveResource(
  resource: ApiResource,
  guard: BearerGuard,
  call: Call,
): Promise<SandboxResponse> {
  const allow = { allow: allowedMethods(resource).join(', ') };
  const admission = guard.admit(call);
  if ('refusal' in admission) return withHeaders(admission.refusal, allow);
  const handle = findHandler(resource, call.method);
  const response = await handle(call, readId(resource, call.path ?? ''));
  return withHeaders(response, { ...allow, ...admission.headers });
}

function allowedMethods(resource: ApiResource): string[] {
  const methods = Object.keys(resource.methods);
  return methods.includes('GET') ? [...methods, 'HEAD'] : methods;
}

function findHandler(resource: ApiResource, method: string): ApiHandler {
  const handlers = new Map(Object.entries(resource.methods));
  return handlers.get(method === 'HEAD' ? 'GET' : method) ?? refuseMethod;
}

function refuseMethod(call: Call): SandboxResponse {
  return apiError(405, 'method_not_allowed', `Method "${call.method}" not allowed.`);
}

function readId(resource: ApiResource, path: string): string {
  const captured = resource.path.exec(path)?.[1] ?? '';
  try {
    return decodeURIComponent(captured);
  } catch {
    return captured;
  }
}
