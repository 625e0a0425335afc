import type { ResendClient } from "../../src/client.js";
import type { CallPolicy, ContentType, TransportOptions } from "../../src/options.js";
import type { TestServer } from "./test-server.js";

/** Options that every client of the suite understands, in Node and in a page. */
export type ClientOptions = TransportOptions & CallPolicy;

/** What a case says about its client; the rest is filled in. */
export type CaseClientOptions = Partial<ClientOptions> & {
  /** Leaves the valid token out. */
  readonly anonymous?: boolean;
};

/** What a case gets. */
export interface CaseContext {
  readonly server: TestServer;
  readonly wire: ContentType;
  /** Makes a client on the wire under test, with a valid token unless told otherwise; it is closed after the case. */
  newClient(options?: CaseClientOptions): ResendClient;
}

/** One thing that holds on every wire. */
export interface SuiteCase {
  readonly name: string;
  /** The kind of server that alone can show it; both can when left out. */
  readonly only?: { readonly server: TestServer["kind"]; readonly because: string };
  run(context: CaseContext): Promise<void>;
}
