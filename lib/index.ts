export { CryptofuseConfig } from './config/cryptofuse-config.js';
export { type ClientSecretFunction, type ClientSecretStatement, Secret } from './config/secret.js';
export {
  type QuotaPolicy,
  QuotaSettings,
  RetrySettings,
  TokenSettings,
} from './config/settings.js';
export { CryptofuseExceptionFilter } from './cryptofuse-exception.filter.js';
export { CryptofuseHttpService } from './cryptofuse-http.service.js';
export { CryptofuseModule } from './cryptofuse.module.js';
export type {
  CryptofuseModuleAsyncOptions,
  CryptofuseModuleExtras,
  CryptofuseModuleOptions,
  CryptofuseOptionsFactory,
} from './cryptofuse.options.js';
export { CryptofuseService, type Merchant } from './cryptofuse.service.js';
export { CryptofuseAuditSink } from './diagnostics/audit.js';
export type {
  AuditedToken,
  CryptofuseAuditEvent,
  CryptofuseEvent,
  CryptofuseWarning,
  RequestEvent,
  TokenEvent,
} from './diagnostics/events.js';
export {
  type ConfigProblem,
  CryptofuseConfigException,
} from './exceptions/cryptofuse-config.exception.js';
export {
  CryptofuseAuthenticationException,
  CryptofuseDestinationException,
  CryptofusePermissionException,
  CryptofuseRateLimitException,
  CryptofuseRequestException,
  CryptofuseServerException,
  CryptofuseTimeoutException,
  CryptofuseUnavailableException,
} from './exceptions/cryptofuse-exceptions.js';
export {
  CryptofuseException,
  type CryptofuseSupportReport,
  type RequestOutcome,
} from './exceptions/cryptofuse.exception.js';
export { getCryptofuseToken, InjectCryptofuse } from './inject-cryptofuse.decorator.js';
export { CryptofuseAuthInterceptor } from './pipeline/auth.interceptor.js';
export { CryptofuseErrorInterceptor } from './pipeline/error.interceptor.js';
export type { CryptofuseCallOptions, CryptofuseRequestOptions } from './request/call-options.js';
export type {
  CryptofuseInterceptor,
  CryptofuseNext,
  CryptofuseRequest,
  CryptofuseResponse,
  ResponseType,
} from './contracts/interceptor.js';
export type { PathParams } from './request/path-params.js';
export type { Query, QueryValue } from './request/query-string.js';
export {
  CryptofuseTokenService,
  type LastTokenFailure,
  type TokenStatus,
} from './token/cryptofuse-token.service.js';
export { AccessToken } from './token/issued-token.js';
export type { QuotaSnapshot } from './token/quota-watch.js';
export type { TokenState } from './token/token-timing.js';
export { axiosTransport, type AxiosTransportOptions } from './transport/axios-transport.js';
export { UnreadableBody } from './transport/response-content.js';
export { TransportFailure, type TransportFailureCode } from './contracts/transport.js';
export type {
  AbortSignalLike,
  ReadableBody,
  RequestProgress,
  RequestStage,
  ResponseHeaders,
  Transport,
  TransportFactory,
  TransportLane,
  TransportRequest,
  TransportResponse,
  TransportSettings,
} from './contracts/transport.js';
