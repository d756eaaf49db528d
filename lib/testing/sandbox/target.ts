/** What a request is aimed at; `other`: below `/o/`, and neither of the endpoints there. */
export type Target = 'token' | 'revoke' | 'api' | 'other';

/** The target of a path below the prefix (`undefined`: not below it). A missing slash at its end does not matter. */
export function targetOf(path = ''): Target {
  if (/^\/o\/token\/?$/.test(path)) {
    return 'token';
  }
  if (/^\/o\/revoke_token\/?$/.test(path)) {
    return 'revoke';
  }
  return path.startsWith('/o/') ? 'other' : 'api';
}
