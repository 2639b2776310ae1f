import "server-only";
import * as z from "zod/mini";
import * as activity from "@/lib/activity/schema";
import * as agents from "@/lib/agents/schema";
import * as budgets from "@/lib/budgets/schema";
import * as capabilities from "@/lib/capabilities/schema";
import * as checks from "@/lib/checks/schema";
import * as completions from "@/lib/completions/schema";
import * as costs from "@/lib/costs/schema";
import * as discovery from "@/lib/discovery/schema";
import * as findings from "@/lib/findings/schema";
import * as keys from "@/lib/keys/schema";
import * as models from "@/lib/models/schema";
import * as operations from "@/lib/operations/schema";
import * as playground from "@/lib/playground/schema";
import * as priceSync from "@/lib/price-sync/schema";
import * as setup from "@/lib/setup/schema";
import * as tokens from "@/lib/tokens/schema";
import * as usage from "@/lib/usage/schema";
import { Problem } from "./problem";

const modules = [
  activity,
  agents,
  budgets,
  capabilities,
  checks,
  completions,
  costs,
  discovery,
  findings,
  keys,
  models,
  operations,
  playground,
  priceSync,
  setup,
  tokens,
  usage,
  { Problem },
];

/** Its defaults make two forms of it, sent and answered: it is described where it appears. */
const unnamed: unknown[] = [playground.PlaygroundInputs];

/** The objects of the resources' schemas under the names that their modules export. */
export const named = z.registry<{ id: string }>();

for (const [id, value] of modules.flatMap((module) => Object.entries<unknown>(module))) {
  const isShape = value instanceof z.core.$ZodObject || value instanceof z.core.$ZodUnion;
  if (isShape && !unnamed.includes(value)) named.add(value, { id });
}
