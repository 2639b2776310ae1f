// Loaded with `node --import` into programs that are not ours (Next, vitest, playwright).
import { isMainThread } from "node:worker_threads";
import { watchParent } from "./parent-watch.mjs";

if (isMainThread) watchParent(() => process.exit(1));
