import type { Call } from './call.js';
import { type ClientRegistry, readBasicCredentials, type RegisteredClient } from './clients.js';
import { type FormFields, mediaType, readForm } from './request-body.js';

/** A POST to an endpoint under `/o/`: its form, and who sent it. */
export interface OAuthForm {
  readonly fields: FormFields;
  /** `undefined` where the client did not prove to be one. */
  readonly client: RegisteredClient | undefined;
}

/** `undefined` where the form is a multipart body without a boundary, which Django answers with a page. */
export function readOAuthForm(call: Call, clients: ClientRegistry): OAuthForm | undefined {
  const fields = readFields(call);
  if (fields === undefined) {
    return undefined;
  }
  const client = clients.authenticate(readBasicCredentials(call.headers.authorization), {
    clientId: fields.get('client_id') ?? '',
    clientSecret: fields.get('client_secret') ?? '',
  });
  return { fields, client };
}

/** A body that is no form counts as an empty one. Django knows a media type in lower case only. */
function readFields(call: Call): FormFields | undefined {
  const contentType = call.headers['content-type'] ?? '';
  if (!contentType.trim().startsWith(mediaType(contentType))) {
    return new Map();
  }
  try {
    return readForm(call.body, contentType) ?? new Map();
  } catch {
    return undefined;
  }
}
