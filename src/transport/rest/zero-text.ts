import { type DescField, ScalarType } from "@bufbuild/protobuf";

/** Text of a field without presence that is not set; empty where that is nothing. */
export function zeroTextOf(field: DescField): string {
  if (field.enum !== undefined) return field.enum.values[0]?.name ?? "0";
  switch (field.scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return "";
    case ScalarType.BOOL:
      return "false";
    default:
      return "0";
  }
}
