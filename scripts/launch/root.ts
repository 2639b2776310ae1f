import { fileURLToPath } from "node:url";

/** The folder of this clone, with a slash at its end. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** Where the launchers keep what belongs to this clone and not to the project. */
export const cacheDir = `${root}node_modules/.cache/switchboard/`;
