import { isFormDataPackage, type FormDataPackage } from './one-shot-body.js';
import { refusedCall } from './refused-call.js';

type Headers = Readonly<Record<string, string>>;

const NAME = 'content-type';
const MULTIPART = /^\s*multipart\/form-data\s*(;|$)/i;
const BOUNDARY = /;\s*boundary\s*=/i;
const FORM = /^\s*application\/x-www-form-urlencoded\s*(;|$)/i;

/**
 * Returns the stated `headers` of a call with `body`, without a content type that the body states better.
 *
 * @throws {CryptofuseConfigException} where the content type is not that of the body
 */
export function bodyHeaders(headers: Headers, body: unknown, isJson: boolean): Headers {
  const type = Object.hasOwn(headers, NAME) ? headers[NAME] : undefined;
  if (type === undefined || body === undefined) return headers;
  if (body instanceof FormData || isFormDataPackage(body)) return formHeaders(headers, type, body);
  const message = isJson ? misnamedJson(type) : misnamedBytes(type);
  if (message !== undefined) throw refused(message);
  return headers;
}

function misnamedJson(type: string): string | undefined {
  if (FORM.test(type)) return 'is that of a form, the body is JSON; give URLSearchParams';
  if (MULTIPART.test(type)) return 'is that of a form, the body is JSON; give FormData';
  return undefined;
}

function misnamedBytes(type: string): string | undefined {
  if (!lacksBoundary(type)) return undefined;
  return 'has no boundary; leave it out where the body is a form: it states its own';
}

function lacksBoundary(type: string): boolean {
  return MULTIPART.test(type) && !BOUNDARY.test(type);
}

/** Only the form knows the boundary between its parts. */
function formHeaders(headers: Headers, type: string, form: object): Headers {
  const isOwn = isFormDataPackage(form) && ownType(form) === type;
  if (!isOwn && !lacksBoundary(type)) {
    throw refused('is stated by the form that is the body; leave it out');
  }
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== NAME));
}

function ownType(form: FormDataPackage): string | undefined {
  try {
    return form.getHeaders()[NAME];
  } catch {
    return undefined; // it is refused where its headers are needed
  }
}

function refused(message: string): Error {
  return refusedCall({ property: `headers["${NAME}"]`, message });
}
