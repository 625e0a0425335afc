/** A user that a case calls for. */
export interface TestUser {
  readonly id: string;
  readonly email: string;
}

/** Each user in a state of its own, all but the last two in the own organisation. */
export interface TestUsers {
  readonly initial: TestUser;
  readonly active: TestUser;
  readonly deactivated: TestUser;
  readonly locked: TestUser;
  readonly lockedInitial: TestUser;
  readonly removed: TestUser;
  readonly machine: TestUser;
  readonly otherOrg: TestUser;
}

/** Personal access tokens. */
export interface TestTokens {
  readonly valid: string;
  readonly withoutPermission: string;
  /** Only of a real server. */
  readonly expired?: string;
  /** Only of a real server. */
  readonly revoked?: string;
}

/** What is known of a server; plain data, so that it can be sent to a page. */
export interface TestServerFacts {
  readonly kind: "sandbox" | "real";
  readonly url: string;
  /** PEM of its authority, where it is not one that everybody trusts. */
  readonly certificate?: string;
  /** Accepts connections and never says a word. */
  readonly silentUrl: string;
  /** Nobody listens there. */
  readonly refusingUrl: string;
  readonly orgs: { readonly own: string; readonly other: string };
  readonly users: TestUsers;
  readonly tokens: TestTokens;
  readonly serviceAccount: {
    /** As downloaded from ZITADEL. */
    readonly keyJson: string;
    readonly clientId: string;
    readonly clientSecret: string;
  };
}

/** What a case can do to a server behind its back. */
export interface TestServerActions {
  /** Makes a user that is not initialised, and waits until the server is done with it. */
  addUser(): Promise<TestUser>;
  /** How many mails went to an address so far. */
  mailsTo(email: string): Promise<number>;
  /** Refuses every token that was issued until now, and gives new ones. Only the sandbox can. */
  revokeTokens(): Promise<TestTokens>;
}

/** A ZITADEL to test against: the sandbox, a real one, or either seen from a page. */
export interface TestServer extends TestServerFacts, TestServerActions {
  close(): Promise<void>;
}
