import "server-only";
import { setTimeout as delay } from "node:timers/promises";
import { GuardMoved } from "./repository";

const maxAttempts = 20;

/** Retries if a concurrent transaction touched the same guard. */
export async function decideAgainWhenGuardMoves(decide: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await decide();
    } catch (error) {
      if (!(error instanceof GuardMoved) || attempt === maxAttempts) throw error;
      await delay(Math.random() * 20 * attempt);
    }
  }
}
