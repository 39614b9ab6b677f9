// What every store does with records, whatever its language.
import type { Document } from './document.js';

/** What became of one document. */
export type Outcome =
  /** It is there now. */
  | { readonly kind: 'sent' }
  /** It was there before, under its id. */
  | { readonly kind: 'there' }
  /** The store will never take it. */
  | { readonly kind: 'rejected'; readonly status: number; readonly reason: string }
  /** The store had no room for it just now. */
  | { readonly kind: 'again'; readonly reason: string };

/** Takes documents. */
export interface Receiver {
  /**
   * One try. Resolves to an outcome for each document, in their order. Rejects with a `PassingFailure`, with a
   * `BatchFailure` where fewer documents may pass, with an `OutputError` where no try can succeed.
   */
  send(documents: readonly Document[]): Promise<readonly Outcome[]>;
  /** What people should know before anything is sent; null where there is nothing to say. Never rejects. */
  advice?(): Promise<string | null>;
  close(): Promise<void>;
}
