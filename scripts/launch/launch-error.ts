/** A start that cannot go on. Its message is the one sentence that the person sees. */
export class LaunchError extends Error {}

/** The message of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
