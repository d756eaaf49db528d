export type { CryptofuseCallOptions, CryptofuseRequestOptions } from './call-options.js';
export type { ClientSecretFunction, ClientSecretStatement } from './config/client-secret-source.js';
export { CryptofuseConfig } from './config/cryptofuse-config.js';
export { QuotaSettings, type QuotaPolicy } from './config/quota-settings.js';
export { RetrySettings } from './config/retry-settings.js';
export { Secret } from './config/secret.js';
export { TokenSettings } from './config/token-settings.js';
export { CryptofuseAuditSink } from './diagnostics/cryptofuse-audit-sink.js';
export type {
  AuditedToken,
  CryptofuseAuditEvent,
  CryptofuseEvent,
  CryptofuseWarning,
  RequestEvent,
  TokenEvent,
} from './diagnostics/cryptofuse-event.js';
export { CryptofuseExceptionFilter } from './cryptofuse-exception.filter.js';
export { CryptofuseHttpService } from './cryptofuse-http.service.js';
export { CryptofuseModule } from './cryptofuse.module.js';
export type {
  CryptofuseModuleAsyncOptions,
  CryptofuseModuleExtras,
  CryptofuseModuleOptions,
  CryptofuseOptionsFactory,
} from './cryptofuse.options.js';
export { CryptofuseService } from './cryptofuse.service.js';
export { getCryptofuseToken } from './cryptofuse-token.js';
export { CryptofuseAuthenticationException } from './exceptions/cryptofuse-authentication.exception.js';
export {
  CryptofuseConfigException,
  type ConfigProblem,
} from './exceptions/cryptofuse-config.exception.js';
export { CryptofuseDestinationException } from './exceptions/cryptofuse-destination.exception.js';
export { CryptofuseException } from './exceptions/cryptofuse.exception.js';
export { CryptofusePermissionException } from './exceptions/cryptofuse-permission.exception.js';
export { CryptofuseRateLimitException } from './exceptions/cryptofuse-rate-limit.exception.js';
export { CryptofuseRequestException } from './exceptions/cryptofuse-request.exception.js';
export { CryptofuseServerException } from './exceptions/cryptofuse-server.exception.js';
export { CryptofuseTimeoutException } from './exceptions/cryptofuse-timeout.exception.js';
export { CryptofuseUnavailableException } from './exceptions/cryptofuse-unavailable.exception.js';
export type { RequestOutcome } from './exceptions/exception-facts.js';
export type { CryptofuseSupportReport } from './exceptions/support-report.js';
export type { CryptofuseInterceptor, CryptofuseNext } from './http/cryptofuse-interceptor.js';
export type { CryptofuseRequest, ResponseType } from './http/cryptofuse-request.js';
export type { CryptofuseResponse } from './http/cryptofuse-response.js';
export { CryptofuseAuthInterceptor } from './http/interceptors/auth.interceptor.js';
export { CryptofuseErrorInterceptor } from './http/interceptors/error.interceptor.js';
export type { QuotaSnapshot } from './http/quota-snapshot.js';
export type { PathParams } from './http/path-params.js';
export type { Query, QueryValue } from './http/query-string.js';
export { InjectCryptofuse } from './inject-cryptofuse.decorator.js';
export type { Merchant } from './merchant.js';
export { AccessToken } from './token/access-token.js';
export { CryptofuseTokenService } from './token/cryptofuse-token.service.js';
export type { LastTokenFailure, TokenStatus } from './token/token-status.js';
export type { TokenState } from './token/token-timing.js';
export { axiosTransport } from './transport/axios-transport.js';
export type { AxiosTransportOptions } from './transport/axios-transport-options.js';
export type { EndSignal } from './transport/end-signal.js';
export { UnreadableBody } from './transport/json-body.js';
export { TransportFailure, type TransportFailureCode } from './transport/transport-failure.js';
export type {
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
} from './transport/transport.js';
