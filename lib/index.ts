export type { CryptofuseCallOptions, CryptofuseRequestOptions } from './request/call-options.js';
export type { ClientSecretFunction, ClientSecretStatement } from './config/secret.js';
export { CryptofuseConfig } from './config/cryptofuse-config.js';
export { QuotaSettings, type QuotaPolicy } from './config/settings.js';
export { RetrySettings } from './config/settings.js';
export { Secret } from './config/secret.js';
export { TokenSettings } from './config/settings.js';
export { CryptofuseAuditSink } from './diagnostics/audit.js';
export type {
  AuditedToken,
  CryptofuseAuditEvent,
  CryptofuseEvent,
  CryptofuseWarning,
  RequestEvent,
  TokenEvent,
} from './diagnostics/events.js';
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
export { getCryptofuseToken } from './inject-cryptofuse.decorator.js';
export { CryptofuseAuthenticationException } from './exceptions/cryptofuse-exceptions.js';
export {
  CryptofuseConfigException,
  type ConfigProblem,
} from './exceptions/cryptofuse-config.exception.js';
export { CryptofuseDestinationException } from './exceptions/cryptofuse-exceptions.js';
export { CryptofuseException } from './exceptions/cryptofuse.exception.js';
export { CryptofusePermissionException } from './exceptions/cryptofuse-exceptions.js';
export { CryptofuseRateLimitException } from './exceptions/cryptofuse-exceptions.js';
export { CryptofuseRequestException } from './exceptions/cryptofuse-exceptions.js';
export { CryptofuseServerException } from './exceptions/cryptofuse-exceptions.js';
export { CryptofuseTimeoutException } from './exceptions/cryptofuse-exceptions.js';
export { CryptofuseUnavailableException } from './exceptions/cryptofuse-exceptions.js';
export type { RequestOutcome } from './exceptions/cryptofuse.exception.js';
export type { CryptofuseSupportReport } from './exceptions/cryptofuse.exception.js';
export type { CryptofuseInterceptor, CryptofuseNext } from './contracts/interceptor.js';
export type { CryptofuseRequest, ResponseType } from './contracts/interceptor.js';
export type { CryptofuseResponse } from './contracts/interceptor.js';
export { CryptofuseAuthInterceptor } from './pipeline/auth.interceptor.js';
export { CryptofuseErrorInterceptor } from './pipeline/error.interceptor.js';
export type { QuotaSnapshot } from './token/quota-watch.js';
export type { PathParams } from './request/path-params.js';
export type { Query, QueryValue } from './request/query-string.js';
export { InjectCryptofuse } from './inject-cryptofuse.decorator.js';
export type { Merchant } from './cryptofuse.service.js';
export { AccessToken } from './token/issued-token.js';
export { CryptofuseTokenService } from './token/cryptofuse-token.service.js';
export type { LastTokenFailure, TokenStatus } from './token/cryptofuse-token.service.js';
export type { TokenState } from './token/token-timing.js';
export { axiosTransport } from './transport/axios-transport.js';
export type { AxiosTransportOptions } from './transport/axios-transport.js';
export type { AbortSignalLike } from './contracts/transport.js';
export { UnreadableBody } from './transport/response-json.js';
export { TransportFailure, type TransportFailureCode } from './contracts/transport.js';
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
} from './contracts/transport.js';
