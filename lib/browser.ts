throw new Error(
  'nestjs-cryptofuse is server-side only: the OAuth2 endpoints do not support CORS, and a client secret must never reach a browser.',
);
