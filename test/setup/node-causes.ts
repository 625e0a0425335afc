// As every entry for Node does it, for tests that take a part of the package alone.
import "../../src/node/platform.js";
