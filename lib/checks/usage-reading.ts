import "server-only";
import { measureBudgets } from "@/lib/budgets/service";
import { isUnusual } from "@/lib/budgets/unusual";
import { AppError } from "@/lib/errors";
import type { Registered } from "@/lib/models/references";
import type { Snapshot } from "./snapshot";

/** The list of checks does not wait longer than this for CloudWatch; the reading itself goes on. */
const patienceMs = 8_000;

type UsageReading = { usage: Snapshot["usage"]; unchecked: string[] };

/**
 * What the checks look at of budgets and usage, read once; what fails costs no other check.
 * @param registered the models, which are read once for all checks
 */
export async function readUsageForChecks(registered: Promise<Registered>): Promise<UsageReading> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<UsageReading>((resolve) => {
    const seconds = patienceMs / 1000;
    const late = () => resolve(notRead(`CloudWatch gave no answer within ${seconds} seconds.`));
    timer = setTimeout(late, patienceMs);
  });
  const reading = read(registered).catch((error: unknown) => {
    if (error instanceof AppError) return notRead(error.message);
    throw error;
  });
  return Promise.race([reading, tooLate]).finally(() => clearTimeout(timer));
}

async function read(registered: Promise<Registered>): Promise<UsageReading> {
  const { as_of, stale_because, budgets, days } = await measureBudgets(registered);
  const stale = `Budgets and unusual usage are judged as of ${as_of}: ${stale_because}`;
  return {
    usage: { budgets, unusual: days.filter(isUnusual) },
    unchecked: stale_because === null ? [] : [stale],
  };
}

function notRead(why: string): UsageReading {
  return { usage: null, unchecked: [`Budgets and unusual usage: ${why}`] };
}
