import { formatProviderName } from "@/lib/format";
import "server-only";
import type { Actor } from "@/lib/auth/actor";
import { signBedrockToken } from "@/lib/aws/bedrock-token";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import type { ProviderId } from "@/lib/providers/schema";
import { type KeyChangeOptions, updateKey } from "./change-service";
import { readBearerToken } from "./rules/bearer-token";
import type { GeneratedKey, GenerateTokenRequest } from "./schema";

/**
 * Signs a short-term token for the runtime's region with the server's own credentials and saves it
 * like any other key. The response doesn't contain the token.
 * @throws AppError `not_found` (not Bedrock), `setup_incomplete`, `conflict`;
 *   CredentialsProviderError when the server has no credentials
 */
export async function generateKey(
  actor: Actor,
  id: ProviderId,
  { hours }: GenerateTokenRequest,
  options: KeyChangeOptions = {},
): Promise<GeneratedKey> {
  if (id !== "bedrock") {
    const message = `Keys of ${formatProviderName(id)} are made in its own console. Only tokens of Amazon Bedrock can be generated here.`;
    throw new AppError("not_found", message);
  }
  const { token, endsWithSession, sessionEndsAt } = await signBedrockToken(
    env().BEDROCK_REGION,
    hours,
  );
  const update = { api_key: token, expires_at: sessionEndsAt };
  const key = await updateKey(actor, id, update, { ...options, action: "key.generate" });
  return {
    ...key,
    issued_at: readBearerToken(token).issued_at,
    ends_with_session: endsWithSession,
    session_ends_at: sessionEndsAt,
  };
}
