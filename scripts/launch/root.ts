import { fileURLToPath } from "node:url";

/** The folder of this clone, with a trailing slash. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The launchers' untracked files. */
export const cacheDir = `${root}node_modules/.cache/switchboard/`;
