import "server-only";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { securityTokens } from "./clients";

/** The account of the server's credentials; null if STS fails. Needs no permission. */
export async function findAccount(): Promise<string | null> {
  try {
    const { Account } = await securityTokens().send(new GetCallerIdentityCommand({}));
    return Account ?? null;
  } catch {
    // The account only completes a message about another missing resource.
    return null;
  }
}
