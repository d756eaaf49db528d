/** A payment as the API returns it. */
export interface Payment {
  readonly id: string;
  /** A decimal, kept as text: a float would round it. */
  readonly amount: string;
  readonly currency: string;
  readonly status: string;
  readonly reference?: string | null;
  /** ISO 8601. */
  readonly created_on: string;
}
