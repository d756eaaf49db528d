import type { BearerGuard } from './bearer-guard.js';
import type { Call } from './call.js';
import { type Answer, apiError, withHeaders } from './response.js';

/** Answers a call that was let in. `id` is what the path captured, decoded; empty where it captures nothing. */
export type ApiHandler = (call: Call, id: string) => Answer | Promise<Answer>;

/** A resource of the API. */
export interface ApiResource {
  /** Of the whole path below the prefix; one group at most. */
  readonly path: RegExp;
  /** By method. `HEAD` goes with `GET`. */
  readonly methods: Readonly<Record<string, ApiHandler>>;
  /** Whether it reads the request's stream itself, whose body is then held nowhere. */
  readonly streamed?: boolean;
}

/** Answers at a resource: whether the call may pass, then its method, then the resource's own word. */
export async function answerAtResource(
  resource: ApiResource,
  guard: BearerGuard,
  call: Call,
): Promise<Answer> {
  const allow = { allow: allowedMethods(resource).join(', ') };
  const admission = guard.admit(call);
  if ('refusal' in admission) {
    return withHeaders(admission.refusal, allow);
  }
  const answer = await handlerOf(resource, call.method)(call, idOf(resource, call.path ?? ''));
  return withHeaders(answer, { ...allow, ...admission.headers });
}

function allowedMethods(resource: ApiResource): string[] {
  const methods = Object.keys(resource.methods);
  return methods.includes('GET') ? [...methods, 'HEAD'] : methods;
}

function handlerOf(resource: ApiResource, method: string): ApiHandler {
  const handlers = new Map(Object.entries(resource.methods));
  return handlers.get(method === 'HEAD' ? 'GET' : method) ?? methodNotAllowed;
}

function methodNotAllowed(call: Call): Answer {
  return apiError(405, 'method_not_allowed', `Method "${call.method}" not allowed.`);
}

function idOf(resource: ApiResource, path: string): string {
  const captured = resource.path.exec(path)?.[1] ?? '';
  try {
    return decodeURIComponent(captured);
  } catch {
    return captured;
  }
}
