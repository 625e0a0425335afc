import type { Code } from "@connectrpc/connect";

/** What is known of one rpc of ZITADEL. */
export interface Rpc {
  /** What each text field of the request must hold. A field that is not named here is not checked. */
  readonly fields: Readonly<Record<string, "userId" | "email">>;
  /** What a code alone means, where it means more than its name says. */
  readonly meanings?: Partial<Record<Code, "already_initialized" | "user_not_found">>;
  /** Set where each accepted call sends a mail, so that repeating it does harm. */
  readonly sendsMail?: true;
}

/** The rpcs that a client calls, by their full names. A method that is not here is refused. */
const RPCS: Readonly<Record<string, Rpc>> = {
  "zitadel.management.v1.ManagementService.ResendHumanInitialization": {
    fields: { userId: "userId", email: "email" },
    meanings: {
      5: "user_not_found", // NotFound
      9: "already_initialized", // FailedPrecondition
    },
    sendsMail: true,
  },
  "zitadel.management.v1.ManagementService.ListUserChanges": {
    fields: { userId: "userId" },
  },
  "zitadel.auth.v1.AuthService.GetMyUser": { fields: {} },
};

/** A method by its descriptor. */
interface Method {
  readonly name: string;
  readonly parent: { readonly typeName: string };
}

/** The full name of a method, as the table has it. */
export function nameOfRpc({ parent, name }: Method): string {
  return `${parent.typeName}.${name}`;
}

/** What is known of a method by its full name; undefined where it is not in the table. */
export function rpcNamed(name: string | undefined): Rpc | undefined {
  return name !== undefined && Object.hasOwn(RPCS, name) ? RPCS[name] : undefined;
}
