/** Tells whether a host name or address, with or without a port, is this machine only. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\](:\d+)?$/, "$1").replace(/^([^:]*):\d+$/, "$1");
  return name === "localhost" || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name);
}

/** Refuses an address that is more than loopback. */
export function refuseRemote(host: string): void {
  if (isLoopback(host)) return;
  throw new Error(
    `the sandbox does not listen on ${JSON.stringify(host)}, where other machines could reach it; use "127.0.0.1", or set allowRemote`,
  );
}
