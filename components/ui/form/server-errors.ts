import type { FieldPath, FieldValues, UseFormSetError } from "react-hook-form";
import { errorInWords } from "@/components/ui/text/error-words";
import { ApiError } from "@/lib/api/client";

/**
 * Puts the server's field errors back on the form's fields and focuses the first.
 * @param fields the names that the form has; errors of other paths are in the returned text
 * @returns what belongs above the form: the refusal's words, or null when fields say it all
 */
export function showServerErrors<Values extends FieldValues>(
  error: unknown,
  fields: readonly FieldPath<Values>[],
  setError: UseFormSetError<Values>,
): string | null {
  const words = errorInWords(error).detail;
  if (!(error instanceof ApiError) || !error.problem.errors?.length) return words;
  const homeless: string[] = [];
  let first = true;
  for (const { path, message } of error.problem.errors) {
    const field = fields.find((name) => name === path);
    if (field) {
      setError(field, { type: "server", message }, { shouldFocus: first });
      first = false;
    } else homeless.push(path ? `${path}: ${message}` : message);
  }
  return homeless.length > 0 ? homeless.join(" ") : null;
}
