/* global document, FormData */
import { mayHaveActed } from './advice.js';
import { call } from './api.js';
import { paymentRow } from './payment-row.js';
import { hideProblem, showProblem } from './problem-view.js';

const CAUTION =
  'The payment may have been created nevertheless: check the list before you send it again.';

const byId = (id) => document.getElementById(id);
const section = document.querySelector('.payments');
const table = byId('payments');
const listState = byId('list-state');
const listProblem = byId('list-problem');
const reload = byId('reload');
const form = byId('create');
const submit = form.querySelector('[type=submit]');
const createProblem = byId('create-problem');
const createDone = byId('create-done');

async function showMerchant() {
  const { name, created_on } = await call('/api/merchant');
  byId('merchant-name').textContent = name;
  if (created_on === undefined) return;
  const since = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' });
  byId('merchant-facts').textContent = `Merchant since ${since.format(new Date(created_on))}`;
}

/** The reason is shown by the list of payments, which fails with the same problem. */
function showNoMerchant() {
  byId('merchant-name').textContent = 'Merchant unknown';
}

async function showStatus() {
  const { upstream, baseUrl, token } = await call('/api/status');
  const note = byId('upstream');
  const [title, text] = describeUpstream(upstream, baseUrl);
  note.dataset.kind = upstream;
  note.querySelector('strong').textContent = title;
  note.querySelector('span').textContent = text;
  note.hidden = false;
  byId('token').textContent = formatToken(token);
}

function describeUpstream(upstream, baseUrl) {
  return upstream === 'sandbox'
    ? [
        'Sandbox.',
        'No credentials are set: these payments are not real and are lost when the application stops.',
      ]
    : ['Real API.', `The payments you create here are made at ${baseUrl}.`];
}

function formatToken({ state, expiresAt }) {
  if (state === 'none') return 'No access token yet';
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
  return `Access token ${state}, until ${time.format(new Date(expiresAt))}`;
}

async function showPayments() {
  section.ariaBusy = 'true';
  reload.disabled = true;
  hideProblem(listProblem);
  if (table.hidden) setListState('Loading payments…');
  try {
    const payments = await call('/api/payments');
    table.tBodies[0].replaceChildren(...payments.map(paymentRow));
    table.hidden = payments.length === 0;
    setListState(table.hidden ? 'No payments yet. Create the first one with the form.' : '');
  } catch (problem) {
    if (table.hidden) setListState('');
    showProblem(listProblem, problem);
  } finally {
    section.ariaBusy = 'false';
    reload.disabled = false;
  }
}

function setListState(text) {
  listState.textContent = text;
}

function readDraft(fields) {
  const text = (name) => String(fields.get(name) ?? '').trim();
  const draft = { amount: text('amount'), currency: text('currency').toUpperCase() };
  return text('reference') === '' ? draft : { ...draft, reference: text('reference') };
}

async function createPayment() {
  setSending(true);
  hideProblem(createProblem);
  createDone.textContent = '';
  try {
    const { amount, currency } = await call('/api/payments', {
      method: 'POST',
      body: readDraft(new FormData(form)),
    });
    form.reset();
    createDone.textContent = `Created: ${amount} ${currency}.`;
    await Promise.all([showPayments(), showStatus()]);
  } catch (problem) {
    const unclear = mayHaveActed(problem);
    showProblem(createProblem, problem, unclear ? CAUTION : undefined);
    if (unclear) await showPayments();
  } finally {
    setSending(false);
  }
}

function setSending(sending) {
  submit.disabled = sending;
  submit.textContent = sending ? 'Creating…' : 'Create payment';
  // A disabled button loses the focus, and keyboard users their place.
  if (!sending) submit.focus();
}

async function showAll() {
  await Promise.all([showMerchant().catch(showNoMerchant), showPayments()]);
  await showStatus().catch(() => undefined);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void createPayment();
});
reload.addEventListener('click', () => {
  void showAll();
});
void showAll();
