// The API as far as the bench needs it, in a process of its own: a token endpoint and GET /user/me/.
// Started by server-process.mjs: it sends its port, and its count of connections when asked for it. Over TLS with
// the files of a key and a certificate as arguments.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { setTimeout } from 'node:timers';
import { CLIENT_ID, CLIENT_SECRET, SCOPE } from './credentials.mjs';

const BODY_SIZE = 300;
const DEFAULT_LIFE = 3_600;
/** Milliseconds a token takes where tokens are short-lived: a renewal has to last for it to be felt. */
const TOKEN_DELAY = 50;
const IDLE = 600_000;
/** What the quota is where the request does not ask for another. */
const AMPLE_QUOTA = '1000000000';
/** Seconds since the epoch; beyond the end of any run. */
const quotaReset = String(Math.ceil(Date.now() / 1_000) + 24 * 3_600);

/** Access token → when it ends, in ms since the epoch. */
const tokens = new Map();
const merchant = bodyOf({
  name: 'Bench Merchant',
  schema_name: 'tenant_bench',
  created_on: '2025-01-01T00:00:00Z',
});

/** Returns `members` as JSON that is BODY_SIZE bytes long. */
function bodyOf(members) {
  const bare = JSON.stringify({ ...members, padding: '' });
  return JSON.stringify({ ...members, padding: 'x'.repeat(BODY_SIZE - Buffer.byteLength(bare)) });
}

/** Returns the life in seconds of the tokens of whoever sent `authorization`; undefined: no client of ours. */
function lifeOf(authorization = '') {
  const [scheme, encoded = ''] = authorization.split(' ');
  const halves = Buffer.from(encoded, 'base64').toString().split(':');
  // Each half is form-urlencoded (RFC 6749 §2.3.1).
  const [id, secret] = halves.map(decodeURIComponent);
  if (scheme !== 'Basic' || secret !== CLIENT_SECRET) return undefined;
  if (id === CLIENT_ID) return DEFAULT_LIFE;
  const life = /^bench-life-(\d+)$/.exec(id)?.[1];
  return life && Number(life);
}

function answerJson(response, status, body, headers) {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

function issueToken(request, response) {
  request.resume();
  const life = lifeOf(request.headers.authorization);
  if (life === undefined) {
    answerJson(response, 401, '{"error":"invalid_client"}');
    return;
  }
  const token = randomBytes(15).toString('hex');
  tokens.set(token, Date.now() + life * 1_000);
  const grant = { access_token: token, token_type: 'Bearer', expires_in: life, scope: SCOPE };
  const send = () => answerJson(response, 200, JSON.stringify(grant));
  if (life === DEFAULT_LIFE) send();
  else setTimeout(send, TOKEN_DELAY);
}

/** A client that sends no valid token is told so: its figure would be worth nothing. */
function answerMerchant(request, response) {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  if (scheme !== 'Bearer' || !(tokens.get(token) > Date.now())) {
    answerJson(response, 401, '{"error":{"code":"authentication_failed"}}');
    return;
  }
  const quota = /\?quota=(\d+)$/.exec(request.url)?.[1] ?? AMPLE_QUOTA;
  answerJson(response, 200, merchant, {
    'x-ratelimit-limit': quota,
    'x-ratelimit-remaining': quota,
    'x-ratelimit-reset': quotaReset,
  });
}

function receive(request, response) {
  const [path] = request.url.split('?');
  const route = `${request.method} ${path}`;
  if (route === 'GET /user/me/') answerMerchant(request, response);
  else if (route === 'POST /o/token/') issueToken(request, response);
  else answerJson(response, 404, '{"error":{"code":"not_found"}}');
}

const [key, cert] = process.argv.slice(2).map((file) => readFileSync(file));
const server = key ? createSecureServer({ key, cert }, receive) : createServer(receive);
server.keepAliveTimeout = IDLE;
server.listen(0, '127.0.0.1', 4_096, () => {
  process.send(server.address().port);
});
process.on('message', () => {
  server.getConnections((error, count) => {
    process.send(error ? -1 : count);
  });
});
process.on('disconnect', () => {
  process.exit();
});
