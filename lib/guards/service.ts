import "server-only";
import { setTimeout as delay } from "node:timers/promises";
import { GuardConflict } from "./repository";

const maxAttempts = 20;

/** Retries if a concurrent transaction touched the same guard. */
export async function retryOnGuardConflict(decide: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await decide();
    } catch (error) {
      if (!(error instanceof GuardConflict) || attempt === maxAttempts) throw error;
      await delay(Math.random() * 20 * attempt);
    }
  }
}
