import { z } from "zod";
import { AwsError } from "../aws-error";
import { parseRequest, validationMessage } from "../validation";

const Identifier = z.string().min(1).max(2048);

/** The parameters of each operation, from the query or the path. Unknown ones are ignored. */
export const requests = {
  ListInferenceProfiles: z.object({
    maxResults: z.coerce.number().int().min(1).max(1000).optional(),
    nextToken: z.string().min(1).max(2048).optional(),
    type: z.enum(["SYSTEM_DEFINED", "APPLICATION"]).optional(),
  }),
  GetInferenceProfile: z.object({ identifier: Identifier }),
  ListFoundationModels: z.object({
    byProvider: z
      .string()
      .regex(/^[A-Za-z0-9- ]{1,63}$/)
      .optional(),
    byCustomizationType: z
      .enum(["FINE_TUNING", "CONTINUED_PRE_TRAINING", "DISTILLATION"])
      .optional(),
    byOutputModality: z.enum(["TEXT", "IMAGE", "EMBEDDING"]).optional(),
    byInferenceType: z.enum(["ON_DEMAND", "PROVISIONED", "INFERENCE_PROFILE"]).optional(),
  }),
  GetFoundationModel: z.object({ identifier: Identifier }),
};

export type Requests = { [Name in keyof typeof requests]: z.infer<(typeof requests)[Name]> };

/** Parses an operation's parameters; throws ValidationException that names the invalid one. */
export function readRequest<Name extends keyof Requests>(
  name: Name,
  input: Record<string, string>,
): Requests[Name] {
  return parseRequest<Requests, Name>(requests, name, input, (error) =>
    invalid(validationMessage(error, input)),
  );
}

export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}
