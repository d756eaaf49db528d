import { readBasicCredentials } from './basic-credentials.js';
import type { Call } from './call.js';
import type { ClientRegistry, RegisteredClient } from './client-registry.js';
import { type FormFields, readForm } from './form-body.js';

/** A POST to an endpoint under `/o/`: its form, and who sent it. */
export interface OAuthForm {
  readonly fields: FormFields;
  /** `undefined` where the client did not prove to be one. */
  readonly client: RegisteredClient | undefined;
}

export function readOAuthForm(call: Call, clients: ClientRegistry): OAuthForm {
  const fields = readFields(call);
  const client = clients.authenticate(readBasicCredentials(call.headers.authorization), {
    clientId: fields.get('client_id') ?? '',
    clientSecret: fields.get('client_secret') ?? '',
  });
  return { fields, client };
}

/** A body that is no form, or a broken one, counts as an empty form, as in Django. */
function readFields(call: Call): FormFields {
  try {
    return readForm(call.body, call.headers['content-type'] ?? '') ?? new Map();
  } catch {
    return new Map();
  }
}
