import type { Answer } from './response.js';

const TITLES: Readonly<Record<number, string>> = {
  200: 'Welcome',
  400: 'Bad Request (400)',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  500: 'Server Error (500)',
  502: 'Bad Gateway',
};

const TEXTS: Readonly<Record<number, string>> = {
  404: 'The requested resource was not found on this server.',
};

/** A page such as Django, or a proxy before it, shows where no answer of the API is to be had (FACTS 1.4). */
export function htmlPage(status: number): Answer {
  const title = TITLES[status] ?? `Error ${status}`;
  const page = `
<!doctype html>
<html lang="en">
<head>
  <title>${title}</title>
</head>
<body>
  <h1>${title}</h1><p>${TEXTS[status] ?? ''}</p>
</body>
</html>
`;
  return { status, headers: { 'content-type': 'text/html' }, body: Buffer.from(page) };
}
