// Another gRPC library: grpc-js reads the shipped .proto files and makes the
// call. Nothing is generated. Other languages use the same folder.
//
//   npm install @grpc/grpc-js @grpc/proto-loader
//   ZITADEL_URL=http://127.0.0.1:8080 ZITADEL_TOKEN=… node grpc-js.mjs 163840776835432705
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const proto = fileURLToPath(import.meta.resolve("zitadel-resend/proto/zitadel/management.proto"));
const { zitadel } = grpc.loadPackageDefinition(
  loadSync(proto, { includeDirs: [fileURLToPath(new URL("..", `file://${proto}`))] }),
);

const { protocol, host } = new URL(process.env.ZITADEL_URL);
const credentials = protocol === "https:" ? grpc.credentials.createSsl() : grpc.credentials.createInsecure();
const client = new zitadel.management.v1.ManagementService(host, credentials);

const metadata = new grpc.Metadata();
metadata.set("authorization", `Bearer ${process.env.ZITADEL_TOKEN}`);
const request = { userId: process.argv[2] };
const deadline = Date.now() + 10_000;
client.resendHumanInitialization(request, metadata, { deadline }, (error, response) => {
  if (error) process.exitCode = 1;
  // Not the error's text: it may hold what was sent.
  console.log(JSON.stringify(error ? { code: grpc.status[error.code] } : response));
  client.close();
});
