import type { Clock } from './clock/clock.js';
import { DeadlineTimers } from './clock/deadline-timers.js';
import type { CryptofuseConfig } from './config/cryptofuse-config.js';
import { SecretRedactor } from './config/secret-redactor.js';
import { longestPause } from './config/settings.js';
import { AuditTrail, type CryptofuseAuditSink } from './diagnostics/audit.js';
import { EventLog } from './diagnostics/event-log.js';
import { ApplicationInterceptor } from './pipeline/application.interceptor.js';
import { CryptofuseAuthInterceptor } from './pipeline/auth.interceptor.js';
import { CallsInFlight } from './pipeline/calls-in-flight.js';
import { DeadlineInterceptor, Deadlines } from './pipeline/deadline.interceptor.js';
import { CryptofuseErrorInterceptor } from './pipeline/error.interceptor.js';
import { Pipeline } from './pipeline/pipeline.js';
import { QuotaInterceptor } from './pipeline/quota.interceptor.js';
import { RedirectInterceptor } from './pipeline/redirect.interceptor.js';
import { RetryInterceptor } from './pipeline/retry.interceptor.js';
import { TransportInterceptor } from './pipeline/transport.interceptor.js';
import type { Account } from './request/account.js';
import type { CryptofuseInterceptor, StatedInterceptor } from './contracts/interceptor.js';
import { Destination } from './request/destination.js';
import { ClockSkew } from './token/clock-skew.js';
import type { Credentials } from './token/credentials.js';
import { CryptofuseTokenService } from './token/cryptofuse-token.service.js';
import { QuotaWatch } from './token/quota-watch.js';
import { RenewalSchedule } from './token/renewal-schedule.js';
import { TokenEndpoint } from './token/token-endpoint.js';
import { TokenFetcher } from './token/token-fetcher.js';
import { TokenKeeper } from './token/token-keeper.js';
import { TokenRateLimiter } from './token/token-rate-limiter.js';
import { axiosTransport } from './transport/axios-transport.js';
import { responseReading } from './transport/content-decoding.js';
import { type OriginLease, originRegistry } from './transport/origins.js';
import { WorkInFlight } from './transport/work-in-flight.js';

/** What the application provides to a client. */
interface Surroundings {
  readonly clock: Clock;
  readonly sink: CryptofuseAuditSink;
  /** Returns the instance of an interceptor that was given as a class or an instance. */
  readonly instantiate: (stated: StatedInterceptor) => Promise<CryptofuseInterceptor>;
}

/** The parts that all accounts of a module share. It keeps no account: each call carries its own. */
export class Machinery {
  readonly clock: Clock;
  readonly log: EventLog;
  readonly skew: ClockSkew;
  readonly endpoint: TokenEndpoint;
  readonly limiter: TokenRateLimiter;
  readonly renewals: RenewalSchedule;
  readonly timers: DeadlineTimers;
  readonly work = new WorkInFlight();
  readonly calls: CallsInFlight;
  readonly timeout: number;
  readonly hasProxy: boolean;
  readonly errors: CryptofuseErrorInterceptor;
  readonly application: ApplicationInterceptor;
  readonly quota: QuotaInterceptor;
  readonly auth = new CryptofuseAuthInterceptor();
  readonly pipeline: Pipeline;
  readonly #origin: OriginLease;

  constructor(config: CryptofuseConfig, { clock, sink, instantiate }: Surroundings) {
    const { baseUrl, proxy, transport, token, quota, retry, interceptors } = config;
    this.clock = clock;
    this.timeout = config.timeout;
    this.hasProxy = proxy !== undefined;
    this.timers = new DeadlineTimers(clock, responseReading);
    this.calls = new CallsInFlight(config.drainTimeout, this.work);
    this.log = new EventLog(new AuditTrail(sink), clock, config.name);
    this.skew = new ClockSkew(this.log, clock);
    this.#origin = originRegistry.lease(transport ?? axiosTransport(), baseUrl, proxy?.reveal());
    this.endpoint = new TokenEndpoint(
      this.#origin.transport,
      clock,
      this.skew,
      longestPause(retry),
    );
    this.limiter = new TokenRateLimiter(token.budget, this.#origin.budget, clock);
    this.renewals = new RenewalSchedule(clock);
    this.errors = new CryptofuseErrorInterceptor(this.skew);
    this.application = new ApplicationInterceptor(interceptors, instantiate, retry, this.calls);
    this.quota = new QuotaInterceptor(quota, this.calls, clock);
    this.pipeline = this.#createPipeline(config);
  }

  /** Creates an account with `credentials`, without a token. */
  createAccount(credentials: Credentials): Account {
    const redactor = new SecretRedactor();
    const fetcher = new TokenFetcher(credentials, redactor, this);
    const tokens = new TokenKeeper(credentials, fetcher, this);
    const quota = new QuotaWatch(tokens, this.clock, this.skew);
    const destination = new Destination(credentials, this.log);
    return { credentials, redactor, fetcher, tokens, quota, destination };
  }

  /** Aborts every call, and releases the sockets. */
  close(): void {
    this.calls.close();
    this.#origin.release();
  }

  /** Creates the pipeline, from the call to the wire. */
  #createPipeline({ interceptors, timeout, maxResponseSize }: CryptofuseConfig): Pipeline {
    const { clock, timers, calls, log, application } = this;
    const { transport } = this.#origin;
    const deadlines = new Deadlines(timeout, this.hasProxy, timers);
    const last = new TransportInterceptor(
      transport,
      maxResponseSize,
      clock,
      log,
      deadlines,
      timers,
    );
    return new Pipeline(
      [
        this.errors,
        ...(interceptors.length > 0 ? [application] : []),
        this.quota,
        new RetryInterceptor(calls, clock, this.skew),
      ],
      new DeadlineInterceptor(clock, calls, deadlines),
      [new RedirectInterceptor(log), this.auth],
      last,
    );
  }
}

/** A client: one account with its own {@link Machinery}. */
export class Client {
  readonly machinery: Machinery;
  readonly account: Account;
  readonly tokens: CryptofuseTokenService;

  constructor(
    readonly config: CryptofuseConfig,
    surroundings: Surroundings,
  ) {
    this.machinery = new Machinery(config, surroundings);
    this.account = this.machinery.createAccount(config);
    this.tokens = new CryptofuseTokenService(this.account, this.machinery);
  }
}
