const PART_NAME = /^content-disposition:[^\r\n]*;\s*name="([^"]*)"/im;
const FILE_NAME = /^content-disposition:[^\r\n]*;\s*filename\*?=/im;

/**
 * The text fields of a multipart body, in order (RFC 7578). Files are left out.
 *
 * @throws {TypeError} where the content type has no boundary
 */
export function readMultipartFields(body: Buffer, contentType: string): [string, string][] {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const delimiter = boundary?.[1] ?? boundary?.[2];
  if (delimiter === undefined) {
    throw new TypeError('A multipart body needs a boundary.');
  }
  // In latin1 a character is a byte, so that a file among the parts does no harm.
  return `\r\n${body.toString('latin1')}`
    .split(`\r\n--${delimiter}`)
    .slice(1)
    .flatMap((part) => fieldOf(part));
}

function fieldOf(part: string): [string, string][] {
  const end = part.indexOf('\r\n\r\n');
  const head = part.slice(0, Math.max(0, end));
  const name = PART_NAME.exec(head)?.[1];
  if (name === undefined || FILE_NAME.test(head)) {
    return [];
  }
  return [[utf8(name), utf8(part.slice(end + 4))]];
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
