import { agentScreens } from "./screens/agents";
import { modelScreens } from "./screens/models";
import { otherScreens } from "./screens/other-pages";
import type { Screen } from "./screens/steps";

/** Every page, sheet and dialog; read-only ones come first. */
export const screens: readonly Screen[] = [...modelScreens, ...agentScreens, ...otherScreens];

/** Pages whose script sizes are recorded. */
export const measuredPages = [
  "/models",
  "/agents",
  "/agents/sql-agent/v1.0",
  "/playground",
  "/costs",
  "/costs?tab=prices",
  "/costs?tab=budgets",
  "/checks",
  "/activity",
  "/tokens",
  "/sign-in",
];
