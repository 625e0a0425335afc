import type { Credential } from "./auth.js";

/** Servers that one client keeps tokens for; the one that was first asked for goes first. */
const MAX_SERVERS = 1000;

/** Header fields by which a proxy, or ZITADEL itself, picks the instance that a request is for. */
const NAMES_SERVER = /^(forwarded|(.+-)?host|x-forwarded-(port|proto|server))$/;

/**
 * A credential for each server that calls name in their header, because one
 * server's token is none of another's business: with
 * `x-zitadel-instance-host` one address stands for many instances.
 */
export function tokenByHost(newCredential: () => Credential): Credential {
  const credentials = new Map<string, Credential>();
  return (callHeader, refused) => {
    let server = "";
    for (const [name, value] of callHeader) {
      if (NAMES_SERVER.test(name)) server += `${name}: ${value}\n`;
    }
    let credential = credentials.get(server);
    if (credential === undefined) {
      const [first] = credentials.keys();
      if (first !== undefined && credentials.size >= MAX_SERVERS) credentials.delete(first);
      credential = newCredential();
      credentials.set(server, credential);
    }
    return credential(callHeader, refused);
  };
}
