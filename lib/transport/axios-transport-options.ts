/** How the connections of `axiosTransport` are kept. */
export interface AxiosTransportOptions {
  /** Connections to the API at most, 0 for no limit; further calls wait for one. Default: 64. */
  readonly connections?: number;
}
