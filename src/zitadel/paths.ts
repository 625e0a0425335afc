import { createRegistry, type DescService, type Registry } from "@bufbuild/protobuf";
import { ErrorDetailSchema } from "../../gen/zitadel/message_pb.js";

/**
 * Where ZITADEL's gateway mounts a service: its v1 services under a prefix of
 * their own, everything else as its HTTP rules say.
 */
function zitadelPathPrefix(service: DescService): string {
  const api = /^zitadel\.(admin|auth|management|system)\.v1\.\w+$/.exec(service.typeName)?.[1];
  return api === undefined ? "" : `/${api}/v1`;
}

/** What REST can be told about a server. */
interface RestOptions {
  readonly pathPrefix?: string | ((service: DescService) => string);
  readonly registry?: Registry;
}

/** Options of REST with what is known of ZITADEL: where it mounts a service, and its error details. */
export function withRestDefaults<Options extends RestOptions>(options: Options): Options {
  return {
    // As its options have none.
    __proto__: null,
    ...options,
    pathPrefix: options.pathPrefix ?? zitadelPathPrefix,
    registry: createRegistry(ErrorDetailSchema, ...(options.registry ?? [])),
  };
}
