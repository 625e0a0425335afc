// @ts-check
// Draws the pictures in docs/: `npm run pictures`, after `npm run build`.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { env, execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { deliverySvg } from "./pictures/delivery.mjs";
import { terminalSvg } from "./pictures/terminal.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Every picture by its path.
 *
 * @param {string} bin the built command line
 */
export function picturesOf(bin) {
  return {
    "docs/demo.svg": terminalSvg("npm run demo", demoOutput(bin)),
    "docs/delivery.svg": deliverySvg(),
  };
}

/**
 * What the demo prints, in colours. What changes with every run is always the same here.
 *
 * @param {string} bin
 */
function demoOutput(bin) {
  const { NO_COLOR: _, ...rest } = env;
  const output = execFileSync(execPath, [bin, "demo"], {
    encoding: "utf8",
    env: { ...rest, FORCE_COLOR: "1" },
  });
  const codes = ["25EA0D", "305E53", "323D9D"];
  return output
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:8080")
    .replace(/(?<=code )[0-9A-F]{6}$/gm, (code) => codes.shift() ?? code);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, svg] of Object.entries(picturesOf(`${root}dist/cli/main.js`))) {
    writeFileSync(root + path, svg);
  }
}
