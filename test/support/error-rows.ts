import {
  BadGatewayException,
  ForbiddenException,
  HttpException,
  UnauthorizedException,
} from '@nestjs/common';
import {
  CryptofuseAuthenticationException,
  CryptofusePermissionException,
  CryptofuseRateLimitException,
  CryptofuseRequestException,
  CryptofuseServerException,
} from '../../lib/index.js';

/** A body of an error, and what becomes of it: our class, Nest's, and the code. */
export type ErrorRow = readonly [
  status: number,
  body: unknown,
  ours: abstract new (...facts: never[]) => unknown,
  nest: abstract new (...facts: never[]) => unknown,
  code: string,
];

const DOCUMENTED_401 = {
  error: {
    code: 'authentication_failed',
    message: 'Invalid authentication credentials',
    details: { hint: 'Check your client_id and client_secret' },
  },
};
/** As the API's page shows it. */
export const DOCUMENTED_403 = {
  error: {
    code: 'permission_denied',
    message: 'Token does not have required scope',
    details: { required_scopes: ['read', 'write'], token_scopes: ['read'] },
  },
};
const DOCUMENTED_GRANT = {
  error: 'invalid_grant',
  error_description: 'Invalid credentials given.',
};

/** Returns the newer form of an error of the API. */
export const errorObject = (code: string) => ({
  error: { code, message: `It is ${code}.`, details: {} },
});
/** Returns the older form. */
const errorText = (error: string) => ({ error, message: `It is ${error}.`, request_id: 'req_1' });

/** Of the API. */
export const API_ERRORS: readonly ErrorRow[] = [
  [
    401,
    DOCUMENTED_401,
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'authentication_failed',
  ],
  [
    401,
    errorObject('unauthorized'),
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'unauthorized',
  ],
  [
    401,
    errorText('unauthorized'),
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'unauthorized',
  ],
  [401, { detail: 'No.' }, CryptofuseAuthenticationException, UnauthorizedException, 'http_401'],
  [403, DOCUMENTED_403, CryptofusePermissionException, ForbiddenException, 'permission_denied'],
  [403, errorObject('forbidden'), CryptofusePermissionException, ForbiddenException, 'forbidden'],
  [
    403,
    errorText('insufficient_permissions'),
    CryptofusePermissionException,
    ForbiddenException,
    'insufficient_permissions',
  ],
  [
    400,
    errorObject('invalid_request'),
    CryptofuseRequestException,
    HttpException,
    'invalid_request',
  ],
  [400, errorText('invalid_url'), CryptofuseRequestException, HttpException, 'invalid_url'],
  [404, errorObject('not_found'), CryptofuseRequestException, HttpException, 'not_found'],
  [404, { detail: 'Not found.' }, CryptofuseRequestException, HttpException, 'http_404'],
  [
    410,
    errorObject('deprecated_endpoint'),
    CryptofuseRequestException,
    HttpException,
    'deprecated_endpoint',
  ],
  [422, errorObject('invalid_amount'), CryptofuseRequestException, HttpException, 'invalid_amount'],
  [
    422,
    errorText('invalid_currency'),
    CryptofuseRequestException,
    HttpException,
    'invalid_currency',
  ],
  [418, errorObject('a_new_code'), CryptofuseRequestException, HttpException, 'a_new_code'],
  [
    429,
    errorObject('rate_limit_exceeded'),
    CryptofuseRateLimitException,
    HttpException,
    'rate_limit_exceeded',
  ],
  [
    500,
    errorObject('server_error'),
    CryptofuseServerException,
    BadGatewayException,
    'server_error',
  ],
  [
    500,
    errorText('custody_provider_error'),
    CryptofuseServerException,
    BadGatewayException,
    'custody_provider_error',
  ],
  [
    503,
    errorObject('service_unavailable'),
    CryptofuseServerException,
    BadGatewayException,
    'service_unavailable',
  ],
  [502, '<html>Bad gateway</html>', CryptofuseServerException, BadGatewayException, 'http_502'],
  [302, '', CryptofuseServerException, BadGatewayException, 'redirect_refused'],
];

/** Of the token endpoint. */
export const TOKEN_ERRORS: readonly ErrorRow[] = [
  [
    401,
    { error: 'invalid_client' },
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'invalid_client',
  ],
  [
    400,
    { error: 'invalid_client' },
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'invalid_client',
  ],
  [
    400,
    DOCUMENTED_GRANT,
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'invalid_grant',
  ],
  [
    401,
    DOCUMENTED_GRANT,
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'invalid_grant',
  ],
  [
    400,
    { error: 'unauthorized_client' },
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'unauthorized_client',
  ],
  [
    400,
    { error: 'unsupported_grant_type' },
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'unsupported_grant_type',
  ],
  [
    400,
    { error: 'invalid_request' },
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'invalid_request',
  ],
  [
    401,
    DOCUMENTED_401,
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'authentication_failed',
  ],
  [
    400,
    { error: 'invalid_scope' },
    CryptofusePermissionException,
    ForbiddenException,
    'invalid_scope',
  ],
  [
    429,
    errorObject('rate_limit_exceeded'),
    CryptofuseRateLimitException,
    HttpException,
    'rate_limit_exceeded',
  ],
  [500, '<h1>Server Error (500)</h1>', CryptofuseServerException, BadGatewayException, 'http_500'],
  [404, '<h1>Not Found</h1>', CryptofuseServerException, BadGatewayException, 'http_404'],
  [
    200,
    '<h1>Welcome</h1>',
    CryptofuseServerException,
    BadGatewayException,
    'invalid_token_response',
  ],
  [
    200,
    { access_token: 'abc' },
    CryptofuseServerException,
    BadGatewayException,
    'invalid_token_response',
  ],
  [
    200,
    { access_token: 'abc', token_type: 'Bearer', error: 'odd' },
    CryptofuseServerException,
    BadGatewayException,
    'odd',
  ],
  [301, '', CryptofuseServerException, BadGatewayException, 'redirect_refused'],
];
