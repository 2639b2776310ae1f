import "server-only";
import type { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { AppError } from "@/lib/errors";

type Response = { statusCode?: number; headers?: Record<string, string> };
type AwsError = Error & { $metadata?: { httpStatusCode?: number }; $response?: Response };

const throttles = new Set([
  "ThrottlingException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "TooManyRequestsException",
  // The SDK retried after a lost reply while its first request is still in progress.
  "TransactionInProgressException",
]);

const outcomeUnknown = "It is not known whether a change was saved: reload before trying again.";
/** The outcome to report for a call that only reads. */
export const onlyRead = "Try again in a minute.";

/**
 * Describes why an AWS call failed; null if the error isn't from AWS.
 * @param outcome what is known of a change after a failure
 */
export function explainAwsFailure(error: unknown, outcome = outcomeUnknown): AppError | null {
  if (!(error instanceof Error)) return null;
  const { name, message } = error;
  const refused = explainTooLarge(error);
  if (refused) return refused;
  if (name.startsWith("AccessDenied")) return unavailable(accessDeniedMessage(message), error);
  if (name === "ResourceNotFoundException") {
    const what =
      "A table or secret that the console needs does not exist in this account and region.";
    const detail = `${what} Run "npm run populate" or deploy the template, or check the table names.`;
    return new AppError("setup_incomplete", detail, { cause: error });
  }
  if (name === "CredentialsProviderError" || name === "TokenProviderError") {
    return unavailable(
      "The server has no AWS credentials. Set AWS_PROFILE or give it a role.",
      error,
    );
  }
  if (name === "ExpiredTokenException" || name === "UnrecognizedClientException") {
    return unavailable("AWS refused the server's credentials. Renew them and try again.", error);
  }
  if (name === "DiskFullException") {
    const saved = /not known/.test(message) ? outcome : "Nothing was saved.";
    return unavailable(
      `Disk full (ENOSPC) at the local AWS endpoint. ${saved} Free some space and try again.`,
      error,
    );
  }
  if (throttles.has(name)) return unavailable(`AWS is throttling requests. ${outcome}`, error);
  if (name === "TimeoutError" || name === "AbortError" || isNetworkError(error)) {
    return unavailable(`AWS did not answer in time. ${outcome}`, error);
  }
  const code = (error as NodeJS.ErrnoException).code; // Optional in that type.
  if (/CERT|UNABLE_TO_VERIFY/.test(code ?? "")) {
    const detail = `The server does not trust the certificate at AWS's address (${code}): a proxy may be reading the traffic. Set NODE_EXTRA_CA_CERTS to its CA certificate, or let the server reach AWS directly.`;
    return unavailable(detail, error);
  }
  const { $metadata, $response } = error as AwsError; // Optional in the type above.
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  if (isFromProxy(error, $response, status)) {
    return unavailable(
      `Something between the console and AWS, such as a proxy, answered in its place: HTTP ${status}, with a page instead of data. Check the server's proxy settings and AWS_ENDPOINT_URL. ${outcome}`,
      error,
    );
  }
  if (status === undefined || status < 500) return null;
  return unavailable(`AWS answered ${status} (${name}). ${outcome}`, error);
}

/** Whether DynamoDB rejected the content of a write, alone or in a transaction. */
export function isValidationFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { CancellationReasons: reasons = [] } = error as Partial<TransactionCanceledException>; // Absent on others.
  return (
    error.name === "ValidationException" || reasons.some(({ Code }) => Code === "ValidationError")
  );
}

/** DynamoDB reports an oversized item only in the error's message. */
function explainTooLarge(error: Error): AppError | null {
  const { CancellationReasons: reasons = [] } = error as Partial<TransactionCanceledException>; // Absent on others.
  const messages = [error.message, ...reasons.map((reason) => reason.Message ?? "")].join("\n");
  if (/size of (all )?(hash|range) ?keys? has exceeded/i.test(messages)) {
    return new AppError("malformed", "An id or a cursor is longer than any can be.", {
      cause: error,
    });
  }
  const isOverLimit =
    /item size (to update )?has exceeded|Expression size has exceeded|too many operators|payload size cannot exceed/i;
  if (!isOverLimit.test(messages)) return null;
  const detail =
    "DynamoDB takes at most 400 kB a row, and the change is recorded in one. Nothing was saved. Shorten it.";
  return new AppError("too_large", detail, { cause: error });
}

/** The action and resource from AWS's message, without the role's ARN. */
function accessDeniedMessage(message: string): string {
  const action = /perform: ([\w:*]+)/.exec(message)?.[1];
  return `The console's AWS role may not do this${action ? ` (${action})` : ""}. Add the permission to its policy, then check the permissions on the Checks page.`;
}

/** AWS's services answer JSON, CBOR or XML, and never redirect. */
function isFromProxy(error: Error, response: Response | undefined, status: number | undefined) {
  if (status === undefined) return false;
  const isRedirect = status >= 300 && status < 400;
  const isPage = response?.headers?.["content-type"]?.startsWith("text/html") ?? false;
  return isRedirect || isPage || /^Unexpected token |Deserialization error/.test(error.message);
}

function isNetworkError(error: Error): boolean {
  const code = (error as NodeJS.ErrnoException).code; // Optional in that type.
  return /^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH)/.test(code ?? "");
}

function unavailable(message: string, cause: unknown): AppError {
  return new AppError("aws_unavailable", message, { cause });
}

/** The policy statement for the KMS key that AWS couldn't use; null for failures of another kind. */
export function decryptStatement({ name, message }: Error) {
  if (!name.startsWith("Kms") && !/kms:\w+/.test(message)) return null;
  const Resource =
    /arn:[a-z-]{1,20}:kms:[\w-]{1,30}:\d{12}:key\/[\w-]{1,64}/.exec(message)?.[0] ?? "*";
  return { Effect: "Allow", Action: "kms:Decrypt", Resource };
}
