// What a store is to this program: its name, its address, and the row that says all else about it.
import type { HttpPlace } from '../delivery/http-address.js';
import type { Receiver } from '../delivery/receiver.js';
import type { DocumentMaker, MakerSettings } from '../delivery/document.js';
import type { Preset } from '../index.js';
import type { Forced } from '../options/load.js';

/** The stores that are spoken to in their own language, as addresses begin. Each has a row in `registry.ts`. */
export const STORE_NAMES = ['opensearch', 'elasticsearch', 'splunk-hec', 'loki', 'otlp'] as const;
export type Store = (typeof STORE_NAMES)[number];

/** One store, and where in it. */
export interface StoreAddress extends HttpPlace {
  readonly kind: Store;
  /** The server: `http://HOST:PORT`. */
  readonly origin: string;
  /** The index, data stream or alias; a path on the server for others. May be empty where a server has a default. */
  readonly index: string;
}

/** Why an index cannot be named so in an address; null where it can. `isPattern`: patterns and lists are taken. */
export type IndexRule = (index: string, isPattern: boolean, kind: Store) => string | null;

/** A request. `ndjson` has its own type of content; of it and `body` there is at most one. */
export interface StoreRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** From `/`, encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly ndjson?: string;
}

/** A server's answer: what stands in it was parsed and is unchecked. */
export interface StoreAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A connection to one server. */
export interface StoreClient {
  /**
   * Resolves to an answer of 2xx. Rejects with a `PassingFailure` or a `BatchFailure`, and with an `OutputError` where
   * no other try can succeed. Tries once.
   */
  request(request: StoreRequest): Promise<StoreAnswer>;
  close(): Promise<void>;
}

/** All that differs between stores. */
export interface StoreRow {
  /** As its makers call it. */
  readonly title: string;
  /** The port where an address names none. */
  readonly port: number;
  /** How the index stands in an address. */
  readonly indexForm: string;
  readonly indexRule: IndexRule;
  /** Whether it may be a path of several parts. */
  readonly takesPath?: true;
  /** What the help says of its address, two lines at most. */
  readonly help: string;
  /** What stands before a token in the header, and whether there must be one. */
  readonly token: { readonly scheme: string; readonly isNeeded: boolean };
  /** How records are put together for it unless told. */
  readonly preset: Exclude<Preset, 'flatten_array'>;
  /** Whether no other will do. */
  readonly isPresetFixed?: true;
  /** A request's size, before compression. In bytes. */
  readonly requestBytes: number;
  /** What makes its documents out of records. */
  readonly documents: (settings: MakerSettings) => DocumentMaker;
  /** Options that hold whatever the options file says. */
  readonly forced: Forced;
  /** Whether it tells what was there already. */
  readonly tellsCopies: boolean;
  readonly open: (address: StoreAddress) => Receiver;
  /** How it is searched, for `verify`; why it is not where it cannot be. */
  readonly search: ((address: StoreAddress) => StoreClient) | { readonly refusal: string };
}
