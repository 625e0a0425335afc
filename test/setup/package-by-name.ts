import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The examples import the package by its name: in tests that is the sources as they are now, not the last build. */
export const packageByName = [
  { find: /^zitadel-resend$/, replacement: `${root}src/node/index.ts` },
  { find: /^zitadel-resend\/(node|web|sandbox)$/, replacement: `${root}src/$1/index.ts` },
  { find: /^zitadel-resend\/web\/(grpc-web|rest)$/, replacement: `${root}src/web/$1.ts` },
  { find: /^zitadel-resend\/gen\/(.*)$/, replacement: `${root}gen/$1` },
];
