import { ratio } from "./statistics.mjs";

const OURS = "zitadel-resend";

/** What is to be reached, `atLeast` or `atMost`, and what was, from the samples of one run. */
export function goalsOf({ load, startup }) {
  const { grpc, rest, "grpc-web": grpcWeb } = load;
  const rate = (wire, peer) => ({
    ...ratio(wire[OURS].callsPerSecond, wire[peer].callsPerSecond),
    byCpu: ratio(wire[peer].cpuUsPerCall, wire[OURS].cpuUsPerCall),
  });
  const goals = [
    { what: "gRPC, calls/s", against: "bare node:http2", ...rate(grpc, "node:http2"), atLeast: 0.75 },
    { what: "gRPC, calls/s", against: "connect-node", ...rate(grpc, "connect-node"), atLeast: 3.5 },
    { what: "gRPC, calls/s", against: "@zitadel/client", ...rate(grpc, "@zitadel/client"), atLeast: 3.5 },
    { what: "gRPC, calls/s", against: "grpc-js", ...rate(grpc, "grpc-js"), atLeast: 1.6 },
    { what: "gRPC, calls/s", against: "nice-grpc", ...rate(grpc, "nice-grpc"), atLeast: 1.6 },
    { what: "REST, calls/s", against: "bare undici Pool", ...rate(rest, "undici Pool"), atLeast: 0.6 },
    { what: "REST, calls/s", against: "fetch", ...rate(rest, "fetch"), atLeast: 3 },
    { what: "gRPC-web, calls/s", against: "connect-node", ...rate(grpcWeb, "connect-node"), atLeast: 3 },
    {
      what: "gRPC, p50 of one call at a time",
      against: "bare node:http2",
      ...ratio(grpc[OURS].p50Us, grpc["node:http2"].p50Us),
      atMost: 1.3,
    },
    {
      what: "import",
      against: "@zitadel/client",
      ...ratio(startup.imports[OURS], startup.imports["@zitadel/client"]),
      atMost: 0.45,
    },
    {
      what: "zitadel-resend --version",
      against: "node -e 0",
      ...ratio(startup.commands["zitadel-resend --version"], startup.commands["node -e 0"]),
      atMost: 1.6,
    },
  ];
  return goals.map((goal) => ({ ...goal, met: meets(goal) }));
}

function meets({ median, atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY }) {
  return median >= atLeast && median <= atMost;
}
