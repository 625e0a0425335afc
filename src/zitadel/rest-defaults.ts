import { createRegistry, type DescService, type Registry } from "@bufbuild/protobuf";
import { ErrorDetailSchema } from "../../gen/zitadel/message_pb.js";
import { zitadelPathPrefix } from "./path-prefix.js";

/** What REST can be told about a server. */
interface RestOptions {
  readonly pathPrefix?: string | ((service: DescService) => string);
  readonly registry?: Registry;
}

/** Options of REST with what is known of ZITADEL: where it mounts a service, and its error details. */
export function withRestDefaults<Options extends RestOptions>(options: Options): Options {
  return {
    ...options,
    pathPrefix: options.pathPrefix ?? zitadelPathPrefix,
    registry: createRegistry(ErrorDetailSchema, ...(options.registry ?? [])),
  };
}
