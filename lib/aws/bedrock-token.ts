import "server-only";
import { secretsManager } from "@/lib/aws/clients";

export type SignedToken = {
  token: string;
  /** True if session credentials signed the token, which then expires with them. */
  endsWithSession: boolean;
  /** ISO 8601 UTC; null if unknown or if the credentials don't expire. */
  sessionEndsAt: string | null;
};

/**
 * Signs a short-term Bedrock token with the server's credentials, without a call to AWS.
 * @param hours 1 to 12
 * @throws CredentialsProviderError if the server has no credentials
 */
export async function signBedrockToken(region: string, hours: number): Promise<SignedToken> {
  // All clients of this server resolve credentials by the same chain, which renews expiring ones.
  const credentials = await secretsManager().config.credentials();
  const { getToken } = await import("@aws/bedrock-token-generator");
  const token = await getToken({ credentials, region, expiresInSeconds: hours * 3600 });
  const { sessionToken, expiration } = credentials;
  return {
    token,
    endsWithSession: sessionToken !== undefined,
    sessionEndsAt: expiration?.toISOString() ?? null,
  };
}
