import "server-only";
import { secretsManager } from "@/lib/aws/clients";

export type SignedToken = {
  token: string;
  /** True when the credentials that signed it are a session's: the token ends with them. */
  endsWithSession: boolean;
  /** ISO 8601 UTC; null when AWS's SDK does not know it, or the credentials do not end. */
  sessionEndsAt: string | null;
};

/**
 * A short-term Bedrock token, signed here with the server's own credentials; AWS is not asked.
 * @param hours 1 to 12
 * @throws CredentialsProviderError when the server has no credentials
 */
export async function signBedrockToken(region: string, hours: number): Promise<SignedToken> {
  // Every client of this server resolves the same chain, and renews what is about to end.
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
