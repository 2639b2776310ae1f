/** Stops a launcher. Its message is all that the user sees. */
export class LaunchError extends Error {}

/** The message of a caught value. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
