import "server-only";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";

const ofSecret = () => `--region ${env().AWS_REGION} --secret-id ${env().LLM_SECRET_ID}`;

/** The AWS CLI command that takes the deletion of the secret back. */
export const restoreCommand = () => `aws secretsmanager restore-secret ${ofSecret()}`;

/** The secret is there and yet not: nothing can be read from it or written to it. */
export class ScheduledForDeletion extends AppError {
  constructor(cause: unknown) {
    const message = `The secret ${env().LLM_SECRET_ID} is scheduled for deletion, so nothing can be read from it or saved in it. Restore it with: ${restoreCommand()}`;
    super("setup_incomplete", message, { cause });
  }
}

/** Refusals of Secrets Manager that no second try cures, in words; every other error as it is. */
export function explained(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === "InvalidRequestException" && /for deletion/i.test(error.message)) {
    return new ScheduledForDeletion(error);
  }
  if (error.name !== "LimitExceededException") return error;
  const message = `Secrets Manager takes no further version or staging label of ${env().LLM_SECRET_ID}: its quota is used up (20 labels, about 100 versions). Nothing was saved. See who holds them with: aws secretsmanager list-secret-version-ids ${ofSecret()}`;
  return new AppError("setup_incomplete", message, { cause: error });
}
