import { getToken } from "@aws/bedrock-token-generator";

/** Fake. */
export const accessKeyId = "AKIATESTTESTTESTTEST";
const prefix = "bedrock-api-key-";

type TokenOptions = { region?: string; hours?: number; sessionToken?: string };

/** A short-term Bedrock token from AWS's own generator, signed with fake credentials. */
export function shortTermToken(options: TokenOptions = {}): Promise<string> {
  const { region = "eu-west-1", hours = 1, sessionToken } = options;
  const secretAccessKey = "fake-secret";
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  return getToken({ credentials, region, expiresInSeconds: hours * 3600 });
}

/** The presigned query in a short-term token. */
export function presignedQuery(token: string): string {
  return Buffer.from(token.slice(prefix.length), "base64").toString("utf8");
}

/** Changes the query of a signed token. */
export function rewriteToken(token: string, change: (query: string) => string): string {
  return prefix + Buffer.from(change(presignedQuery(token))).toString("base64");
}

/** A token with this time of issue. @param issuedAt milliseconds since 1970 */
export async function tokenIssuedAt(issuedAt: number, options: TokenOptions = {}): Promise<string> {
  const compact = new Date(issuedAt).toISOString().replace(/[-:]|\.\d+/g, "");
  return rewriteToken(await shortTermToken(options), (query) =>
    query.replace(/X-Amz-Date=\w+/, `X-Amz-Date=${compact}`),
  );
}
