const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const CENTURY = 100;
/** A two-digit year more than this many years ahead is one of the past (RFC 9110 §5.6.7). */
const FURTHEST_YEAR = 50;

const IMF_FIXDATE =
  /^[a-z]{3}, (?<day>\d\d?) (?<month>[a-z]{3}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) (?:gmt|utc)$/i;
const RFC_850 =
  /^[a-z]{6,9}, (?<day>\d\d)-(?<month>[a-z]{3})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) (?:gmt|utc)$/i;
const ASCTIME =
  /^[a-z]{3} (?<month>[a-z]{3}) (?<day>[ \d]?\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})(?: gmt| utc)?$/i;
/** Not an HTTP date, but some servers send it, and it names its time zone. */
const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/**
 * Reads an HTTP date in any of its three forms (RFC 9110 §5.6.7), each of which is in GMT, or a date of ISO 8601
 * in UTC. `Date.parse` would read a date without a zone as local time.
 *
 * @param now milliseconds since the epoch, used to resolve two-digit years
 * @returns milliseconds since the epoch; `undefined` if it is none of them
 */
export function readHttpDate(text: string, now: number): number | undefined {
  if (ISO_8601.test(text)) return numberOrNone(Date.parse(text));
  for (const form of [IMF_FIXDATE, RFC_850, ASCTIME]) {
    const parts = form.exec(text)?.groups;
    if (parts !== undefined) return momentOf(parts, now);
  }
  return undefined;
}

function momentOf(parts: Readonly<Record<string, string>>, now: number): number | undefined {
  const { day = '', month = '', year = '', time = '' } = parts;
  const number = MONTHS.indexOf(month.toLowerCase()) + 1;
  const date = [yearOf(year, now), twoDigits(number), twoDigits(day.trim())].join('-');
  // HTTP has leap seconds, JavaScript has none.
  const second = time.endsWith(':60') ? `${time.slice(0, -2)}59` : time;
  const moment = numberOrNone(Date.parse(`${date}T${second}Z`));
  const isThatDay = moment !== undefined && new Date(moment).toISOString().startsWith(date);
  return isThatDay ? moment : undefined;
}

function yearOf(year: string, now: number): string {
  if (year.length > 2) return year;
  const thisYear = new Date(now).getUTCFullYear();
  const inThisCentury = thisYear - (thisYear % CENTURY) + Number(year);
  return String(inThisCentury > thisYear + FURTHEST_YEAR ? inThisCentury - CENTURY : inThisCentury);
}

function twoDigits(number: number | string): string {
  return String(number).padStart(2, '0');
}

function numberOrNone(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}
