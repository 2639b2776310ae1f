// Loaded with `node --import` into other programs (Next, vitest, playwright).
import { isMainThread } from "node:worker_threads";
import { watchParent } from "./parent-watch.mjs";

if (isMainThread) watchParent(() => process.exit(1));
