import type { AxiosInterceptorManager } from 'axios';

/**
 * Keeps what `attach` adds to `manager` in its place whatever the application ejects or clears.
 *
 * @param attach adds an interceptor and returns its id
 */
export function lastingInterceptor<V>(
  manager: AxiosInterceptorManager<V>,
  attach: () => number,
): void {
  const clear = manager.clear.bind(manager);
  const eject = manager.eject.bind(manager);
  let own = attach();
  manager.clear = () => {
    clear();
    own = attach();
  };
  manager.eject = (id) => {
    if (id !== own) eject(id);
  };
}
