import "server-only";
import manifest from "../package.json";

/** The running release, as named in CHANGELOG.md. */
export const { version } = manifest;
