import type { DescService } from "@bufbuild/protobuf";

/**
 * Where ZITADEL's gateway mounts a service: its v1 services under a prefix of
 * their own, everything else as its HTTP rules say.
 */
export function zitadelPathPrefix(service: DescService): string {
  const api = /^zitadel\.(admin|auth|management|system)\.v1\.\w+$/.exec(service.typeName)?.[1];
  return api === undefined ? "" : `/${api}/v1`;
}
