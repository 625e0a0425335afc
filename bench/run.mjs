// npm run bench
import { peers } from "./peers.mjs";

console.log(Object.keys(peers).join());
