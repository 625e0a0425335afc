import { createRegistry, type DescFile, type Registry } from "@bufbuild/protobuf";

/**
 * The types that JSON may name: the caller's, and those of a service's file
 * and of what it imports.
 */
export function registryOf(file: DescFile, own: Registry | undefined): Registry {
  const files = new Set<DescFile>();
  const add = (file: DescFile) => {
    if (files.has(file)) return;
    files.add(file);
    file.dependencies.forEach(add);
  };
  add(file);
  return createRegistry(...files, ...(own ?? []));
}
