import "server-only";
import manifest from "../package.json";

/** The release that runs, as CHANGELOG.md names it. */
export const { version } = manifest;
