/* global document */

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
/** An amount with more decimals, or in another format, is shown unchanged. */
const DECIMAL = /^\d+(?:\.(\d{1,18}))?$/;

/** Returns the table row of a payment. Whatever the API returns is rendered as text, never as markup. */
export function paymentRow({ amount, currency, status, reference, created_on }) {
  const row = element('tr', { role: 'row' });
  const code = element('span', { className: 'currency' }, currency);
  row.append(
    cell('amount', formatAmount(amount), ' ', code),
    cell('state', element('span', { className: 'badge' }, status)),
    cell('reference', reference ?? ''),
    cell('created', formatTime(created_on)),
  );
  row.querySelector('.badge').dataset.status = status;
  return row;
}

/** Groups the digits of the text: as a JavaScript number, a long amount would be rounded. */
function formatAmount(amount) {
  const [isDecimal, decimals = ''] = DECIMAL.exec(amount) ?? [];
  if (isDecimal === undefined) return String(amount);
  const digits = { minimumFractionDigits: decimals.length, maximumFractionDigits: decimals.length };
  return new Intl.NumberFormat(undefined, digits).format(amount);
}

function formatTime(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  const made = element('time', { dateTime: iso }, `${DAY.format(date)} `);
  made.append(element('span', {}, TIME.format(date)));
  return made;
}

function cell(className, ...content) {
  const made = element('td', { className, role: 'cell' });
  made.append(...content);
  return made;
}

function element(name, properties, text) {
  const made = Object.assign(document.createElement(name), properties);
  if (text !== undefined) made.textContent = text;
  return made;
}
