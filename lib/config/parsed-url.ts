/**
 * Returns `text` as a URL; `undefined` where it is none. Instead of `URL.canParse`, which on Node 20
 * comes to refuse hosts like `bücher.example` once it has been called some thousand times.
 */
export function parsedUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
