/** One way to bring the corpus through an agent. */
export interface Way {
  readonly name: string;
  /** The way that the ratios of its agent refer to. */
  readonly isPeer: boolean;
  /** Brings the corpus through once. Resolves to user and system CPU seconds of all processes that took part. */
  readonly run: () => Promise<number>;
}
