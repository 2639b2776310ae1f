"use client";

import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import {
  type DefaultValues,
  type FieldPath,
  type FieldValues,
  type UseFormSetError,
  useForm,
} from "react-hook-form";
import { describeError } from "@/components/ui/text/describe-error";
import { ApiError } from "@/lib/api/client";
import { useAttempt } from "./use-attempt";

type Schema<Values extends FieldValues, Output> = Parameters<
  typeof standardSchemaResolver<Values, unknown, Output>
>[0];

export type ApiFormOptions<Values extends FieldValues, Output> = {
  /** The API's own schema, piped from a transform where the fields differ from the body. */
  schema: Schema<Values, Output>;
  defaultValues: DefaultValues<Values>;
  /** Overrides the default values; a change resets the fields. */
  values?: Values;
  /** Fields that can show errors; by default every field with a default value. */
  fields?: readonly FieldPath<Values>[];
};

/**
 * A form of the API: validated by the API's schema before anything is sent. The server's field
 * errors are shown on the fields. The first invalid field is focused.
 */
export function useApiForm<Values extends FieldValues, Output>({
  schema,
  defaultValues,
  values,
  fields,
}: ApiFormOptions<Values, Output>) {
  const form = useForm<Values, unknown, Output>({
    resolver: standardSchemaResolver(schema),
    defaultValues,
    values,
  });
  const { attempt, isPending, refusal, clearRefusal } = useAttempt((error) =>
    // The names of an object of this type.
    showServerErrors(
      error,
      fields ?? (Object.keys(defaultValues) as FieldPath<Values>[]),
      form.setError,
    ),
  );
  return {
    ...form,
    /** Runs a write and shows why it was refused. */
    attempt,
    isPending,
    refusal,
    clearRefusal,
    /** For `onSubmit`: sends valid input. */
    submit: (send: (output: Output) => Promise<unknown>, onInvalid?: () => void) =>
      form.handleSubmit((output) => attempt(() => send(output)), onInvalid),
  };
}

export type ApiForm<Values extends FieldValues, Output> = ReturnType<
  typeof useApiForm<Values, Output>
>;

/**
 * Shows the server's field errors on the form's fields and focuses the first one.
 * @param fields the form's field names; errors of other paths are returned as text
 * @returns the error to show above the form; null if the fields show all of it
 */
function showServerErrors<Values extends FieldValues>(
  error: unknown,
  fields: readonly FieldPath<Values>[],
  setError: UseFormSetError<Values>,
): string | null {
  const detail = describeError(error).detail;
  if (!(error instanceof ApiError) || !error.problem.errors?.length) return detail;
  const others: string[] = [];
  let first = true;
  for (const { path, message } of error.problem.errors) {
    const field = fields.find((name) => name === path);
    if (field) {
      setError(field, { type: "server", message }, { shouldFocus: first });
      first = false;
    } else others.push(path ? `${path}: ${message}` : message);
  }
  return others.length > 0 ? others.join(" ") : null;
}
