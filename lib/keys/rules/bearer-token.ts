/**
 * The information that a Bedrock bearer token contains, read without a call. Holds no part of the
 * token: its decoded text contains an access key ID and a signature.
 */
export type BearerToken = {
  /** Null if it has neither form. It may still be a key. */
  kind: "short_term" | "long_term" | null;
  /** The region of a short-term token, which works only there. */
  region: string | null;
  /** ISO 8601 UTC. */
  issued_at: string | null;
  /** ISO 8601 UTC. The token ends earlier if the session that signed it does. */
  expires_at: string | null;
  /** Why it couldn't be read, for the user. */
  defect: string | null;
};

const shortTermPrefix = "bedrock-api-key-";
const longTermPrefix = "ABSK";
const unknownToken = { region: null, issued_at: null, expires_at: null };

/**
 * "Valid for the shorter of 12 hours and the session of the principal that generated it"
 * (docs.aws.amazon.com/bedrock/latest/userguide/api-keys-how.html).
 */
const maxLifetimeSeconds = 12 * 3600;

/** Reads kind, region and dates from a token. Never throws. */
export function readBearerToken(token: string): BearerToken {
  if (token.startsWith(shortTermPrefix)) {
    return (
      readShortTerm(token.slice(shortTermPrefix.length)) ?? {
        ...unknownToken,
        kind: null,
        defect:
          "It begins like a short-term token, but cannot be read: it may be cut short. Copy it again, complete.",
      }
    );
  }
  if (token.startsWith(longTermPrefix)) {
    const isBase64 = decode(token.slice(longTermPrefix.length)) !== null;
    const defect =
      "It begins like a long-term key, but has characters that none has. Copy it again.";
    return { ...unknownToken, kind: "long_term", defect: isBase64 ? null : defect };
  }
  return {
    ...unknownToken,
    kind: null,
    defect: `It has the form neither of a short-term token (${shortTermPrefix}…) nor of a long-term key (${longTermPrefix}…): its kind and its end are not known.`,
  };
}

/**
 * Warnings to show before a token is saved.
 * @param runtimeRegion where agents call Bedrock
 * @param now milliseconds since 1970
 */
export function tokenWarnings(token: BearerToken, runtimeRegion: string, now: number): string[] {
  const isForeign = token.region !== null && token.region !== runtimeRegion;
  const isExpired = token.expires_at !== null && Date.parse(token.expires_at) <= now;
  return [
    token.defect,
    isForeign &&
      `It is for ${token.region}, and a short-term token works in its own region only. Agents call Bedrock in ${runtimeRegion}.`,
    isExpired && "It has expired.",
  ].filter((warning) => typeof warning === "string");
}

/** A presigned query in base64, as @aws/bedrock-token-generator creates it. */
function readShortTerm(encoded: string): BearerToken | null {
  const decoded = decode(encoded);
  const query = decoded?.slice(decoded.indexOf("?") + 1) ?? "";
  const values = new URLSearchParams(query);
  const region = regionOf(values.get("X-Amz-Credential") ?? "");
  const issued = timeOf(values.get("X-Amz-Date") ?? "");
  const seconds = Number(/^[1-9]\d{0,9}$/.exec(values.get("X-Amz-Expires") ?? "")?.[0]);
  const isSigned = /^[0-9a-f]{64}$/.test(values.get("X-Amz-Signature") ?? "");
  // `Version` comes last; without it the token is truncated.
  const isComplete = isSigned && Boolean(values.get("Version"));
  if (region === null || issued === null || !seconds || !isComplete) return null;
  return {
    kind: "short_term",
    region,
    issued_at: secondsIso(issued),
    expires_at: secondsIso(issued + Math.min(seconds, maxLifetimeSeconds) * 1000),
    defect: null,
  };
}

/** `access key id/20261122/eu-west-1/bedrock/aws4_request` */
function regionOf(credential: string): string | null {
  const [, , region = "", service, end, ...more] = credential.split("/");
  const isScope = service === "bedrock" && end === "aws4_request" && more.length === 0;
  return isScope && /^[a-z]{2}(-[a-z]+)+-\d$/.test(region) ? region : null;
}

/** `20261122T191126Z` as milliseconds since 1970. */
function timeOf(compact: string): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(compact);
  if (!parts) return null;
  const [, year, month, day, hour, minute, second] = parts;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? null : time;
}

function secondsIso(time: number): string {
  return new Date(time).toISOString().replace(".000Z", "Z");
}

function decode(base64: string): string | null {
  try {
    return base64 === "" ? null : atob(base64);
  } catch {
    return null;
  }
}
