import { licenseLines } from "./check/licenses";
import { readLockfile } from "./check/lockfile";

// `npm run licenses`: the licence of every package in package-lock.json.
console.log(licenseLines(readLockfile()).join("\n"));
