import { ScalarType } from "@bufbuild/protobuf";

/** Whether values of a type are too large for a JavaScript number. */
export function is64Bit(scalar: ScalarType | undefined): boolean {
  switch (scalar) {
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
    case ScalarType.SINT64:
      return true;
    default:
      return false;
  }
}
