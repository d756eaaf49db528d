import type { SecretShape } from './secret-bench.js';

/** What the dashboard makes, and the worst that an authorization server may. */
export const SECRET_SHAPES: readonly SecretShape[] = [
  {
    name: 'letters and digits',
    secret: 'Qx7Lm2VtR9wZ4bNc8KpY1sHd6FgJ3uEaTq5Xo0WvM7iCrB2kSz9lPeDh4nUyGf8j',
    token: 'zT6pWq3NcY8vLr1KxJ5mBs9HdF2gUe7Ra4QoXiVwZk0CbMtSnPlEyDhGfAj63uT',
  },
  {
    name: 'special characters',
    secret: `s7+Kq/=T%41m&V"x'3<R\\é9wZ+b/N=c%L&p"Y's<Hd\\6ÜFg`,
    token: `t0+Wq/=N%c8&v"L'r<1\\Kx~J5+m/B=s%9&H"d'F<2\\gUe7Ra`,
  },
];
