import { getToken } from "@aws/bedrock-token-generator";

/** Of nobody. */
export const accessKeyId = "AKIATESTTESTTESTTEST";
const prefix = "bedrock-api-key-";

type Wanted = { region?: string; hours?: number; sessionToken?: string };

/** A short-term Bedrock token as AWS's own generator makes it, signed by nobody's credentials. */
export function shortTermToken(wanted: Wanted = {}): Promise<string> {
  const { region = "eu-west-1", hours = 1, sessionToken } = wanted;
  const secretAccessKey = "a-secret-of-nobody";
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  return getToken({ credentials, region, expiresInSeconds: hours * 3600 });
}

/** What such a token holds. */
export function presignedQuery(token: string): string {
  return Buffer.from(token.slice(prefix.length), "base64").toString("utf8");
}

/** The token with its query changed after it was signed. */
export function rewritten(token: string, change: (query: string) => string): string {
  return prefix + Buffer.from(change(presignedQuery(token))).toString("base64");
}

/** A token that was issued at this time. @param issuedAt milliseconds since 1970 */
export async function tokenIssuedAt(issuedAt: number, wanted: Wanted = {}): Promise<string> {
  const compact = new Date(issuedAt).toISOString().replace(/[-:]|\.\d+/g, "");
  return rewritten(await shortTermToken(wanted), (query) =>
    query.replace(/X-Amz-Date=\w+/, `X-Amz-Date=${compact}`),
  );
}
