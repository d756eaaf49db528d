/** A client id and a secret, as somebody claims them. */
export interface PresentedCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

const SCHEME = 'Basic ';

/**
 * Reads an `Authorization` header as Django OAuth Toolkit does (FACTS 1.1): the scheme is spelt exactly `Basic`, what
 * is not of base64's alphabet is skipped, the bytes are UTF-8, and both halves around the first colon are
 * form-decoded. `undefined` where that fails.
 */
export function readBasicCredentials(header: string | undefined): PresentedCredentials | undefined {
  if (!header?.startsWith(SCHEME)) {
    return undefined;
  }
  const pair = decodeBase64(header.slice(SCHEME.length));
  const colon = pair?.indexOf(':') ?? -1;
  if (pair === undefined || colon < 0) {
    return undefined;
  }
  return {
    clientId: unquotePlus(pair.slice(0, colon)),
    clientSecret: unquotePlus(pair.slice(colon + 1)),
  };
}

function decodeBase64(text: string): string | undefined {
  const digits = text.replace(/[^A-Za-z0-9+/=]/g, '');
  if (digits.length % 4 !== 0) {
    return undefined;
  }
  try {
    const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return utf8.decode(Buffer.from(digits, 'base64'));
  } catch {
    return undefined;
  }
}

/** Python's `unquote_plus`: what is no `%XX` stays as it is. */
function unquotePlus(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/(?:%[0-9a-f]{2})+/gi, (escaped) =>
      Buffer.from(escaped.replaceAll('%', ''), 'hex').toString('utf8'),
    );
}
